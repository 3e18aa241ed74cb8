/// The rows of a segment's minimal automaton, reduced to what differs from the defaults and packed.
struct PackedRows {
  private(set) var entries: [UInt32] = []
  private(set) var defaults: [UInt32] = []

  private var offsets: [Int]

  init(_ minimal: MinimalStates, columns: Int, kinds: MinimalStates.Kinds) {
    offsets = [Int](repeating: 0, count: minimal.count)
    let stored = (0..<minimal.count).map { Self.storedColumns($0, minimal, columns, kinds) }
    // The fullest rows first: they are the hardest to fit in.
    let order = (1..<max(1, minimal.count)).sorted { (stored[$1].count, $0) < (stored[$0].count, $1) }
    var packing = RowPacking(width: 2 * columns)
    for state in order { offsets[state] = packing.place(stored[state]) }
    let hole = SegmentEntry.noColumn << SegmentEntry.columnShift
    entries = Array(repeating: hole, count: packing.isTaken.count)
    for state in order {
      for column in stored[state] {
        entries[offsets[state] + column] =
          encode(minimal.steps[state][column]) | UInt32(column) << SegmentEntry.columnShift
      }
    }
    defaults = kinds.rows.flatMap { row in row.map { encode($0) } }
  }

  /// The columns of a state whose step is not the default one.
  private static func storedColumns(
    _ state: Int, _ minimal: MinimalStates, _ columns: Int, _ kinds: MinimalStates.Kinds
  ) -> [Int] {
    if state == 0 { return [] }
    let before = minimal.neighboursBefore[state]
    let possible = kinds.rowOfNeighbour.indices.filter { before & (1 << UInt8($0)) != 0 }
    let rows = Set(possible.map { kinds.rowOfNeighbour[$0] })
    let nothing = MinimalStates.Step(state: 0, accepts: false)
    return (0..<2 * columns).filter { column in
      let step = minimal.steps[state][column]
      if column < columns { return step != nothing }
      return rows.contains { kinds.rows[$0][column - columns] != step }
    }
  }

  private func encode(_ step: MinimalStates.Step) -> UInt32 {
    UInt32(offsets[step.state]) | (step.accepts ? SegmentEntry.acceptBit : 0)
  }
}
