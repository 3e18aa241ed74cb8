/// States that no further text can tell apart, merged (Moore's algorithm).
struct MinimalStates {
  /// What a step leads to.
  struct Step: Hashable {
    var state: Int
    var accepts: Bool
  }

  /// Number of merged states; 0 is the one without live attempts.
  private(set) var count = 1
  /// `[state][column]`, first the columns without, then those with an attempt.
  private(set) var steps: [[Step]] = []
  /// `[kind][column]`: the step with an attempt when no earlier one is alive, by `Neighbour` of the byte before.
  private(set) var startSteps: [[Step]] = []
  /// Which neighbours may stand before a state, one bit each.
  private(set) var neighboursBefore: [UInt8] = []

  private var block: [Int]

  init(_ construction: SubsetConstruction) {
    block = [Int](repeating: 0, count: construction.next.count)
    while refine(construction) {}
    renumber(construction)
  }

  private mutating func refine(_ construction: SubsetConstruction) -> Bool {
    var numbers: [[UInt32]: Int] = [:]
    numbers.reserveCapacity(block.count)
    var refined = block
    let width = 2 * construction.columns
    var signature = [UInt32](repeating: 0, count: width + 1)
    for state in block.indices {
      signature[0] = UInt32(block[state])
      for column in 0..<width {
        let accepts: UInt32 = construction.accepts[state][column] ? 1 : 0
        signature[column + 1] = UInt32(block[construction.next[state][column]]) << 1 | accepts
      }
      if let known = numbers[signature] {
        refined[state] = known
      } else {
        refined[state] = numbers.count
        numbers[signature] = numbers.count
      }
    }
    let grew = numbers.count > count
    count = numbers.count
    block = refined
    return grew
  }

  /// Joins the states without live attempts into state 0; what stands before them is known from the text.
  private mutating func renumber(_ construction: SubsetConstruction) {
    var number: [Int: Int] = [:]
    for dead in construction.deadStates { number[block[dead]] = 0 }
    var next = 1
    for old in block where number[old] == nil {
      number[old] = next
      next += 1
    }
    let oldBlocks = block
    block = oldBlocks.map { number[$0] ?? 0 }
    count = next
    neighboursBefore = Array(repeating: 0, count: count)
    steps = Array(repeating: [], count: count)
    for state in block.indices {
      let row = construction.next[state].indices.map { column in
        Step(state: block[construction.next[state][column]], accepts: construction.accepts[state][column])
      }
      steps[block[state]] = row
      for (column, step) in row.enumerated() {
        neighboursBefore[step.state] |= 1 << UInt8(construction.neighbours[column % construction.columns].rawValue)
      }
    }
    startSteps = construction.deadStates.map { dead in
      construction.next[dead].indices.dropFirst(construction.columns).map { column in
        Step(state: block[construction.next[dead][column]], accepts: construction.accepts[dead][column])
      }
    }
  }

  /// The kinds of neighbour that make a difference to a new attempt.
  struct Kinds {
    /// One row of start steps per kind.
    var rows: [[Step]] = []
    var rowOfNeighbour: [Int] = []
    var rowOfColumn: [Int] = []
  }

  func distinctKinds(_ construction: SubsetConstruction) -> Kinds {
    var kinds = Kinds()
    for row in startSteps {
      if let known = kinds.rows.firstIndex(of: row) {
        kinds.rowOfNeighbour.append(known)
      } else {
        kinds.rowOfNeighbour.append(kinds.rows.count)
        kinds.rows.append(row)
      }
    }
    kinds.rowOfColumn = construction.neighbours.map { kinds.rowOfNeighbour[$0.rawValue] }
    return kinds
  }
}
