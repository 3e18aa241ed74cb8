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

  /// So many likely starts are tried one by one before ranges grow.
  private static let singles = 3

  /// The leftmost start at or behind `position` and before the end of the block's own part, with its longest end.
  func next(from position: Int, _ evaluation: inout Evaluation) -> (start: Int, end: Int)? {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let limit = min(evaluation.text.owned - 1, evaluation.stack.last(of: starts))
    var range = 1
    var tried = 0
    var low = candidate(from: position, upTo: limit, &evaluation)
    while low <= limit {
      let high = min(low + range - 1, limit)
      if low == high {
        if let end = longestEnd(low, &evaluation) { return (low, end) }
      } else if matches(low, high, &evaluation) {
        return leftmost(low, high, &evaluation)
      }
      if evaluation.isExhausted { return nil }
      low = candidate(from: high + 1, upTo: limit, &evaluation)
      tried += 1
      if tried >= Self.singles { range *= 4 }
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
        // There is a match up to `high`, so there is a start, too.
        low = min(candidate(from: middle + 1, upTo: high, &evaluation), high)
      }
      if evaluation.isExhausted { return nil }
    }
    return longestEnd(low, &evaluation).map { (low, $0) }
  }

  /// The end of the longest match that begins at a position.
  private func longestEnd(_ start: Int, _ evaluation: inout Evaluation) -> Int? {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let place = evaluation.stack.clip(starts, start, start)
    if place.isEmpty { return nil }
    let ends = evaluation.run(program, from: place, pruned: pruned, goal: .all)
    return ends.isEmpty ? nil : evaluation.stack.last(of: ends)
  }

  /// The first possible start at or behind a position and up to another, where the program's first automaton may begin;
  /// `Int.max` if there is none.
  private func candidate(from position: Int, upTo limit: Int, _ evaluation: inout Evaluation) -> Int {
    var index = evaluation.stack.first(in: starts, endingAtOrAfter: position)
    while index < starts.end {
      let interval = evaluation.stack[index]
      let low = max(position, Int(interval.low))
      if low > limit { break }
      let found = evaluation.firstBeginning(program, from: low, to: min(Int(interval.high), limit))
      if found != .max { return found }
      index += 1
    }
    return .max
  }

  /// Whether a match begins within a range.
  private func matches(_ low: Int, _ high: Int, _ evaluation: inout Evaluation) -> Bool {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let range = evaluation.stack.clip(starts, low, high)
    return !range.isEmpty && !evaluation.run(program, from: range, pruned: pruned, goal: .any).isEmpty
  }
}
