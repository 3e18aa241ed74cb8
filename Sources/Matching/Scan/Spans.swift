/// Finds where the matches of a pattern begin and end, once it is known to match somewhere.
///
/// There are no reversed automata. Whether a match begins within a range is what a program decides; so the leftmost start is found
/// by trying ranges of growing size and halving the first that holds one. Ranges without a match are never tried
/// again, so the text is passed over a constant number of times plus, per match, a logarithm of the distance.
struct SpanSearch {
  let program: Int
  /// Where matches may begin.
  let starts: IntervalList
  /// See `Evaluation.run`.
  let pruned: Bool

  private static let firstRange = 1

  /// The leftmost start at or behind `position` and before the end of the block's own part, with its longest end.
  func next(from position: Int, _ evaluation: inout Evaluation) -> (start: Int, end: Int)? {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let limit = min(evaluation.text.owned - 1, evaluation.stack.last(of: starts))
    var range = Self.firstRange
    var low = candidate(from: position, evaluation)
    while low <= limit {
      let high = min(low + range - 1, limit)
      if matches(low, high, &evaluation) {
        return leftmost(low, high, &evaluation)
      }
      if evaluation.isExhausted { return nil }
      low = candidate(from: high + 1, evaluation)
      range *= 4
    }
    return nil
  }

  private func leftmost(_ first: Int, _ last: Int, _ evaluation: inout Evaluation) -> (start: Int, end: Int)? {
    var (low, high) = (first, last)
    while low < high {
      let middle = low + (high - low) / 2
      if matches(low, middle, &evaluation) {
        high = middle
      } else {
        low = candidate(from: middle + 1, evaluation)
      }
      if evaluation.isExhausted { return nil }
    }
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let start = evaluation.stack.clip(starts, low, low)
    let ends = evaluation.run(program, from: start, pruned: pruned, goal: .all)
    return ends.isEmpty ? nil : (low, evaluation.stack.last(of: ends))
  }

  /// The first possible start at or behind a position; `Int.max` if there is none.
  private func candidate(from position: Int, _ evaluation: Evaluation) -> Int {
    let index = evaluation.stack.first(in: starts, endingAtOrAfter: position)
    return index < starts.end ? max(position, Int(evaluation.stack[index].low)) : .max
  }

  /// Whether a match begins within a range.
  private func matches(_ low: Int, _ high: Int, _ evaluation: inout Evaluation) -> Bool {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let range = evaluation.stack.clip(starts, low, high)
    return !range.isEmpty && !evaluation.run(program, from: range, pruned: pruned, goal: .any).isEmpty
  }
}
