/// Lays sparse rows over each other in one array so that their entries fall into each other's holes (first fit).
///
/// No two rows get the same offset, so an entry that carries its column tells whose it is.
struct RowPacking {
  /// Cells in use; every row's whole width lies within.
  private(set) var isTaken: [Bool]

  private let width: Int
  private var isOffset: [Bool]
  /// Cells before this one are all taken.
  private var firstHole: Int

  /// Offset 0 is a row of its own that stays empty.
  init(width: Int) {
    self.width = width
    isTaken = Array(repeating: true, count: width)
    isOffset = Array(repeating: false, count: width + 1)
    isOffset[0] = true
    firstHole = width
  }

  /// Places a row with entries in the given columns, ascending; returns its offset.
  mutating func place(_ columns: [Int]) -> Int {
    var offset = max(1, firstHole - (columns.first ?? 0))
    while isOffset[offset] || columns.contains(where: { offset + $0 < isTaken.count && isTaken[offset + $0] }) {
      offset += 1
    }
    isOffset[offset] = true
    let missing = offset + width - isTaken.count
    if missing > 0 {
      isTaken.append(contentsOf: repeatElement(false, count: missing))
      isOffset.append(contentsOf: repeatElement(false, count: missing))
    }
    for column in columns { isTaken[offset + column] = true }
    while firstHole < isTaken.count, isTaken[firstHole] { firstHole += 1 }
    return offset
  }
}
