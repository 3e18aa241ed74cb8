/// Why bytes are not tables of this version.
package enum TableError: Error, Hashable, Sendable {
  case truncated
  case misaligned
  case notTables
  case otherVersion(UInt32)
  /// An index or length inside points out of bounds.
  case corrupt
}

/// Checks compiled tables completely, so that no byte of them can make a scan read out of bounds or run forever.
/// One pass over the tables; no copy.
struct TableReader {
  private let bytes: UnsafeRawBufferPointer
  private let base: UnsafeRawPointer
  private var directory: [TableDirectoryEntry] = []

  /// - Parameter isTrusted: only the header and the bounds of the sections are checked.
  static func read(_ bytes: UnsafeRawBufferPointer, isTrusted: Bool = false) throws(TableError) -> Tables {
    var reader = try TableReader(bytes)
    let tables = try reader.read()
    if !isTrusted { try reader.check(tables) }
    return tables
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(TableError) {
    guard let base = bytes.baseAddress, bytes.count >= MemoryLayout<TableHeader>.size else { throw .truncated }
    guard Int(bitPattern: base) % TableLayout.alignment == 0 else { throw .misaligned }
    self.bytes = bytes
    self.base = base
  }

  private mutating func read() throws(TableError) -> Tables {
    let header = base.load(as: TableHeader.self)
    guard header.magic == TableLayout.magic else { throw .notTables }
    guard header.version == TableLayout.version else { throw .otherVersion(header.version) }
    guard Int(header.byteCount) == bytes.count else { throw .truncated }
    try readDirectory()
    return Tables(
      bytes: bytes, header: header,
      symbolMap: try section(.symbolMap, of: UInt8.self), literalEntries: try section(.literalEntries, of: UInt32.self),
      literalPairs: try section(.literalPairs, of: UInt32.self),
      reportOfState: try section(.reportOfState, of: UInt16.self),
      reportIndex: try section(.reportIndex, of: UInt32.self), reports: try section(.reports, of: UInt16.self),
      listCount: max(0, count(.reportIndex) - 1), setCount: max(0, count(.rarestIndex) - 1),
      rarestIndex: try section(.rarestIndex, of: UInt32.self),
      rarestPatterns: try section(.rarestPatterns, of: UInt16.self),
      wordIndex: try section(.wordIndex, of: UInt32.self), wordPatterns: try section(.wordPatterns, of: UInt16.self),
      requirements: try section(.requirements, of: UInt16.self),
      patterns: UnsafeBufferPointer(start: try section(.patterns, of: PatternRecord.self), count: count(.patterns)),
      unkeyedPatterns: UnsafeBufferPointer(
        start: try section(.unkeyedPatterns, of: UInt16.self), count: count(.unkeyedPatterns)),
      programs: try section(.programs, of: ProgramRecord.self),
      operations: try section(.operations, of: OperationRecord.self),
      branches: try section(.branches, of: UInt32.self), windows: try section(.windows, of: WindowRecord.self),
      byteSets: try section(.byteSets, of: ByteSetRecord.self),
      segments: try section(.segments, of: SegmentRecord.self),
      classMaps: try section(.classMaps, of: UInt8.self, elementSize: 256),
      kindOffsets: try section(.kindOffsets, of: UInt16.self), entries: try section(.entries, of: UInt32.self),
      defaults: try section(.defaults, of: UInt32.self))
  }

  private func check(_ tables: Tables) throws(TableError) {
    try checkLiterals(tables)
    try checkPatterns(tables)
    try checkPrograms(tables)
    try checkSegments(tables)
  }

  // MARK: Sections

  private mutating func readDirectory() throws(TableError) {
    let start = MemoryLayout<TableHeader>.size
    let size = MemoryLayout<TableDirectoryEntry>.size
    guard bytes.count >= start + TableSection.allCases.count * size else { throw .truncated }
    directory = TableSection.allCases.map {
      base.load(fromByteOffset: start + $0.rawValue * size, as: TableDirectoryEntry.self)
    }
  }

  private func count(_ section: TableSection) -> Int { Int(directory[section.rawValue].count) }

  private func section<Element>(
    _ section: TableSection, of: Element.Type, elementSize: Int? = nil
  ) throws(TableError) -> UnsafePointer<Element> {
    let entry = directory[section.rawValue]
    let size = elementSize ?? MemoryLayout<Element>.stride
    let end = Int(entry.offset) + Int(entry.count) * size
    guard end <= bytes.count, Int(entry.offset) % TableLayout.alignment == 0 else { throw .corrupt }
    return (base + Int(entry.offset)).assumingMemoryBound(to: Element.self)
  }

  private func check(_ condition: Bool) throws(TableError) {
    if !condition { throw .corrupt }
  }

  /// An index of list starts: ascending, within the lists.
  private func checkIndex(_ index: UnsafePointer<UInt32>, entries: Int, lists: Int) throws(TableError) {
    try check(entries >= 1)
    var previous: UInt32 = 0
    for entry in 0..<entries {
      try check(index[entry] >= previous)
      previous = index[entry]
    }
    try check(Int(previous) <= lists)
  }

  private func largest(_ values: UnsafePointer<UInt16>, _ count: Int) -> Int {
    var largest: UInt16 = 0
    for index in 0..<count { largest = max(largest, values[index]) }
    return Int(largest)
  }

  private func largest(_ entries: UnsafePointer<UInt32>, _ count: Int, _ mask: UInt32) -> Int {
    var largest: UInt32 = 0
    for index in 0..<count { largest = max(largest, entries[index] & mask) }
    return Int(largest)
  }

  // MARK: Checks

  private func checkLiterals(_ tables: Tables) throws(TableError) {
    let symbols = AhoCorasick.maximumSymbols
    let entries = count(.literalEntries)
    try check(count(.symbolMap) == 256 && count(.literalPairs) == symbols * symbols && entries >= symbols)
    for byte in 0..<256 { try check(Int(tables.symbolMap[byte]) < symbols) }
    let mask = LiteralEntry.stateMask
    try check(largest(tables.literalEntries, entries, mask) <= entries - symbols)
    try check(largest(tables.literalPairs, symbols * symbols, mask) <= entries - symbols)
    try check(count(.reportOfState) == entries && count(.reportIndex) >= 2)
    try check(largest(tables.reportOfState, entries) < count(.reportIndex) - 1)
    try checkIndex(tables.reportIndex, entries: count(.reportIndex), lists: count(.reports))
    try check(count(.reports) == 0 || largest(tables.reports, count(.reports)) < tables.setCount)
    for list in 0..<tables.listCount {
      // Ascending: no set stands twice in a list, so that hits per set are fewer than bytes.
      var next = 0
      for report in Int(tables.reportIndex[list])..<Int(tables.reportIndex[list + 1]) {
        try check(Int(tables.reports[report]) >= next)
        next = Int(tables.reports[report]) + 1
      }
    }
    try check(count(.wordIndex) == count(.rarestIndex))
    try checkIndex(tables.rarestIndex, entries: tables.setCount + 1, lists: count(.rarestPatterns))
    try checkIndex(tables.wordIndex, entries: tables.setCount + 1, lists: count(.wordPatterns))
    try check(count(.requirements) == 0 || largest(tables.requirements, count(.requirements)) < tables.setCount)
  }

  private func checkPatterns(_ tables: Tables) throws(TableError) {
    let patterns = count(.patterns)
    for record in tables.patterns {
      for program in [record.search, record.span] {
        try check(Int(program) < count(.programs) && tables.programs[Int(program)].operationCount > 0)
      }
      let sets = Int(record.wordSets) + Int(record.phraseSets)
      try check(Int(record.firstRequirement) + sets <= count(.requirements))
    }
    try check(count(.rarestPatterns) == 0 || largest(tables.rarestPatterns, count(.rarestPatterns)) < patterns)
    try check(count(.wordPatterns) == 0 || largest(tables.wordPatterns, count(.wordPatterns)) < patterns)
    for pattern in tables.unkeyedPatterns { try check(Int(pattern) < patterns) }
    try check(Int(tables.header.overlap) <= PatternSet.longestWindow)
  }

  private func checkPrograms(_ tables: Tables) throws(TableError) {
    // Nesting and total work of a program, written out; a program may only use earlier ones.
    var weights: [Int] = []
    var depths: [Int] = []
    for number in 0..<count(.programs) {
      let program = tables.programs[number]
      let end = Int(program.firstOperation) + Int(program.operationCount)
      try check(end <= count(.operations))
      var weight = 1
      var depth = 1
      for index in Int(program.firstOperation)..<end {
        let operation = tables.operations[index]
        try check(Int(operation.firstWindow) + Int(operation.windowCount) <= count(.windows))
        try check(operation.minimumLength <= operation.maximumLength)
        weight += 1
        switch operation.kind {
        case OperationRecord.Kind.segment: try check(Int(operation.a) < count(.segments))
        case OperationRecord.Kind.gap: try check(Int(operation.a) < count(.byteSets) && operation.b <= operation.c)
        case OperationRecord.Kind.choice:
          let branches = Int(operation.a)..<Int(operation.a) + Int(operation.b)
          try check(branches.upperBound <= count(.branches))
          for branch in branches {
            let inner = Int(tables.branches[branch])
            try check(inner < number)
            weight += weights[inner]
            depth = max(depth, depths[inner] + 1)
          }
        default: throw .corrupt
        }
      }
      try check(weight <= 1 << 20 && depth <= CompileLimit.choiceDepth)
      weights.append(weight)
      depths.append(depth)
    }
    for index in 0..<count(.windows) {
      let window = tables.windows[index]
      try check(Int(window.set) < tables.setCount && window.minimum <= window.maximum)
    }
    for set in 0..<count(.byteSets) { try check(tables.byteSets[set].words.3 >> 63 == 0) }
  }

  private func checkSegments(_ tables: Tables) throws(TableError) {
    for number in 0..<count(.segments) {
      let segment = tables.segments[number]
      let columns = Int(segment.columns)
      let entries = Int(segment.entryCount)
      let defaults = Int(segment.defaultCount)
      try check(Int(segment.firstEntry) + entries <= count(.entries) && entries >= 2 * columns)
      try check(Int(segment.firstDefault) + defaults <= count(.defaults) && defaults >= columns)
      try check(Int(segment.classMap) < count(.classMaps) && columns > 0)
      try check(Int(segment.firstKindOffset) + columns <= count(.kindOffsets))
      let lastState = entries - 2 * columns
      try check(largest(tables.entries + Int(segment.firstEntry), entries, SegmentEntry.stateMask) <= lastState)
      try check(largest(tables.defaults + Int(segment.firstDefault), defaults, SegmentEntry.stateMask) <= lastState)
      let kindOffsets = tables.kindOffsets + Int(segment.firstKindOffset)
      try check(largest(kindOffsets, columns) <= defaults - columns)
      let map = tables.classMaps + 256 * Int(segment.classMap)
      for byte in 0..<256 { try check(Int(map[byte] & ~SegmentEntry.mayStartBit) < columns) }
    }
  }
}
