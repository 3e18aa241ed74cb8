/// The rows of a minimal automaton, reduced to what differs from the defaults and laid over each other.
struct PackedRows {
  private(set) var entries: [UInt32] = []
  private(set) var defaults: [UInt32] = []

  private let columns: Int
  private var offsets: [Int]
  private var takenOffsets: [Bool] = [true]
  /// Entries before this one are all taken.
  private var firstHole: Int

  private static let hole = SegmentEntry.noColumn << SegmentEntry.columnShift

  init(_ minimal: MinimalStates, columns: Int, kinds: MinimalStates.Kinds) {
    self.columns = columns
    offsets = [Int](repeating: 0, count: minimal.count)
    entries = [UInt32](repeating: Self.hole, count: 2 * columns)
    takenOffsets += repeatElement(false, count: 2 * columns)
    firstHole = 2 * columns
    let stored = (0..<minimal.count).map { Self.storedColumns($0, minimal, columns, kinds) }
    // The fullest rows first: they are the hardest to fit in.
    let order = (1..<max(1, minimal.count)).sorted { (stored[$1].count, $0) < (stored[$0].count, $1) }
    for state in order { place(state, stored[state]) }
    for state in order {
      for column in stored[state] {
        entries[offsets[state] + column] = encode(minimal.steps[state][column], column: column)
      }
    }
    defaults = kinds.rows.flatMap { row in row.map { encode($0, column: 0) } }
  }

  /// The columns of a state whose step is not the default one.
  private static func storedColumns(
    _ state: Int, _ minimal: MinimalStates, _ columns: Int, _ kinds: MinimalStates.Kinds
  ) -> [Int] {
    if state == 0 { return [] }
    let before = minimal.neighboursBefore[state]
    let rows = Set(
      kinds.rowOfNeighbour.indices.filter { before & (1 << UInt8($0)) != 0 }.map { kinds.rowOfNeighbour[$0] })
    let nothing = MinimalStates.Step(state: 0, accepts: false)
    return (0..<2 * columns).filter { column in
      let step = minimal.steps[state][column]
      if column < columns { return step != nothing }
      return rows.contains { kinds.rows[$0][column - columns] != step }
    }
  }

  /// First fit. No two states share an offset, so an entry's column tells whose it is.
  private mutating func place(_ state: Int, _ stored: [Int]) {
    var offset = max(1, firstHole - (stored.first ?? 0))
    while takenOffsets[offset] || stored.contains(where: { isTaken(offset + $0) }) { offset += 1 }
    takenOffsets[offset] = true
    offsets[state] = offset
    let end = offset + 2 * columns
    if end > entries.count { grow(to: end) }
    for column in stored { entries[offset + column] = 0 }
    while firstHole < entries.count, entries[firstHole] != Self.hole { firstHole += 1 }
  }

  private mutating func grow(to end: Int) {
    entries.append(contentsOf: repeatElement(Self.hole, count: end - entries.count))
    takenOffsets.append(contentsOf: repeatElement(false, count: end + 1 - takenOffsets.count))
  }

  /// State 0 has a row of its own that stays empty.
  private func isTaken(_ index: Int) -> Bool {
    index < 2 * columns || (index < entries.count && entries[index] != Self.hole)
  }

  private func encode(_ step: MinimalStates.Step, column: Int) -> UInt32 {
    UInt32(offsets[step.state]) | UInt32(column) << SegmentEntry.columnShift
      | (step.accepts ? SegmentEntry.acceptBit : 0)
  }
}
