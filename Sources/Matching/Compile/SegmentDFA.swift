/// The complete automaton of a segment.
///
/// Every state has two rows, one after the other: a step without and a step with a new match attempt that begins at the current
/// position. A match is reported late by one byte ("a match ends *before* the byte that is read"), which makes assertions and
/// matches at the end plain table entries. The separator stands for the end of the text.
///
/// Nearly all entries of a row are the same as if no earlier attempt were alive. Only the others are stored: rows are laid over each other
/// so that their entries fall into each other's holes, and an entry carries its column to show whose it is.
struct SegmentDFA: Hashable {
  /// Byte to column; bit 7 set: the byte may begin a match (or end an empty one), so a scan must not skip it.
  private(set) var classMap: [UInt8]
  /// Columns per row.
  private(set) var columns: Int
  /// `[state + column]` or, with an attempt, `[state + columns + column]`. A state *is* its offset here; 0 is the one without live attempts.
  private(set) var entries: [UInt32] = []
  /// `[kind of the byte before + column]`: the step with an attempt when nothing is stored.
  private(set) var defaults: [UInt32] = []
  /// By column: where the defaults for the position after such a byte begin.
  private(set) var kindOffsets: [UInt16] = []

  init(_ node: Node) throws(PatternRefusal) {
    var construction = SubsetConstruction(try NFA(node))
    try construction.run()
    columns = construction.columns
    classMap = construction.classMap
    let minimal = MinimalStates(construction)
    let kinds = minimal.distinctKinds(construction)
    let packed = PackedRows(minimal, columns: columns, kinds: kinds)
    guard packed.entries.count <= CompileLimit.tableEntries else { throw .tooManyStates(limit: CompileLimit.states) }
    entries = packed.entries
    defaults = packed.defaults
    kindOffsets = (0..<columns).map { UInt16(kinds.rowOfColumn[$0] * columns) }
    markStartingBytes()
  }

  /// A byte may be skipped while no attempt is alive if beginning one before it changes nothing.
  private mutating func markStartingBytes() {
    for byte in 0...255 {
      let column = Int(classMap[byte])
      let steps = stride(from: column, to: defaults.count, by: columns)
      if steps.contains(where: { defaults[$0] != 0 }) {
        classMap[byte] |= SegmentEntry.mayStartBit
      }
    }
  }
}

/// The parts of a table entry.
enum SegmentEntry {
  static let stateMask: UInt32 = 0xFFFF
  /// A match ends before the byte that is read.
  static let acceptBit: UInt32 = 1 << 16
  static let columnShift: UInt32 = 17
  /// The column of an entry that belongs to nobody.
  static let noColumn: UInt32 = 0xFF
  /// In class maps.
  static let mayStartBit: UInt8 = 0x80
}
