/// Finds where the matches of a pattern begin and end, once it is known to match somewhere.
///
/// There are no reversed automata. Whether a match begins within a range is what a program decides; so the leftmost start is found
/// by trying ranges of growing size and halving the first that holds one. Ranges without a match are never tried
/// again, so the text is passed over a constant number of times plus, per match, a logarithm of the distance. Most matches begin at the
/// first likely place, so that one is tried by itself before.
struct SpanSearch {
  let program: Int
  /// Where matches may begin.
  let starts: IntervalList
  /// See `Evaluation.run`.
  let pruned: Bool

  /// The first range that is tried, and how much longer each is than the one before.
  private static let firstRange = 16
  private static let growth = 4

  /// The leftmost start at or behind `position` and before the end of the block's own part, with its longest end.
  func next(from position: Int, _ evaluation: inout Evaluation) -> (start: Int, end: Int)? {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let limit = min(evaluation.text.owned - 1, evaluation.stack.last(of: starts))
    var range = Self.firstRange
    var low = candidate(from: position, upTo: limit, &evaluation)
    while low <= limit {
      if let end = longestEnd(low, &evaluation) { return (low, end) }
      low = candidate(from: low + 1, upTo: limit, &evaluation)
      if low > limit { return nil }
      let high = min(low + range - 1, limit)
      if let end = anyEnd(low, high, &evaluation) { return leftmost(low, min(high, end), &evaluation) }
      if evaluation.isExhausted { return nil }
      low = candidate(from: high + 1, upTo: limit, &evaluation)
      range *= Self.growth
    }
    return nil
  }

  /// - Parameters:
  ///   - first: a likely start.
  ///   - last: a match begins here at the latest.
  private func leftmost(_ first: Int, _ last: Int, _ evaluation: inout Evaluation) -> (start: Int, end: Int)? {
    var (low, high) = (first, last)
    while low <= high {
      if let end = longestEnd(low, &evaluation) { return (low, end) }
      if evaluation.isExhausted { return nil }
      low = candidate(from: low + 1, upTo: high, &evaluation)
      if low >= high { continue }
      let middle = low + (high - low) / 2
      if let end = anyEnd(low, middle, &evaluation) {
        // What ends there does not begin behind it.
        high = min(middle, end)
      } else {
        low = candidate(from: middle + 1, upTo: high, &evaluation)
      }
    }
    return nil
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

  /// An end of a match that begins within a range; nil: none does.
  private func anyEnd(_ low: Int, _ high: Int, _ evaluation: inout Evaluation) -> Int? {
    let bottom = evaluation.stack.top
    defer { evaluation.stack.drop(to: bottom) }
    let range = evaluation.stack.clip(starts, low, high)
    if range.isEmpty { return nil }
    let ends = evaluation.run(program, from: range, pruned: pruned, goal: .any)
    return ends.isEmpty ? nil : Int(evaluation.stack[ends.start].low)
  }
}
