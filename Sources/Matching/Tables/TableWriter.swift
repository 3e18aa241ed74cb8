/// Collects sections and joins them. The same sections give the same bytes.
struct TableWriter {
  private var sections: [[UInt8]] = Array(repeating: [], count: TableSection.allCases.count)
  private var counts: [Int] = Array(repeating: 0, count: TableSection.allCases.count)

  mutating func append(_ values: [UInt8], to section: TableSection, elementSize: Int = 1) {
    sections[section.rawValue].append(contentsOf: values)
    counts[section.rawValue] += values.count / elementSize
  }

  mutating func append(_ values: [UInt16], to section: TableSection) {
    for value in values { Self.put(value, into: &sections[section.rawValue]) }
    counts[section.rawValue] += values.count
  }

  mutating func append(_ values: [UInt32], to section: TableSection, elementSize: Int = 1) {
    for value in values { Self.put(value, into: &sections[section.rawValue]) }
    counts[section.rawValue] += values.count / elementSize
  }

  mutating func append(_ values: [UInt64], to section: TableSection, elementSize: Int) {
    for value in values { Self.put(value, into: &sections[section.rawValue]) }
    counts[section.rawValue] += values.count / elementSize
  }

  func count(of section: TableSection) -> Int { counts[section.rawValue] }

  func finish(overlap: Int) throws(PatternRefusal) -> [UInt8] {
    let directoryOffset = MemoryLayout<TableHeader>.size
    var offset = Self.aligned(directoryOffset + sections.count * MemoryLayout<TableDirectoryEntry>.size)
    var directory: [UInt32] = []
    for (section, count) in zip(sections, counts) {
      guard offset + section.count < Int(UInt32.max) else { throw .tablesTooLarge }
      directory.append(UInt32(offset))
      directory.append(UInt32(count))
      offset = Self.aligned(offset + section.count)
    }
    let header = [TableLayout.magic, TableLayout.version, UInt32(offset), UInt32(overlap)]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(offset)
    for value in header + directory { Self.put(value, into: &bytes) }
    for section in sections {
      bytes.append(contentsOf: repeatElement(0, count: Self.aligned(bytes.count) - bytes.count))
      bytes.append(contentsOf: section)
    }
    bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count))
    return bytes
  }

  private static func aligned(_ offset: Int) -> Int {
    (offset + TableLayout.alignment - 1) / TableLayout.alignment * TableLayout.alignment
  }

  private static func put(_ value: some FixedWidthInteger, into bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
