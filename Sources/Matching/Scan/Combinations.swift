/// The candidates of a block that belong to combinations, and where a part of one is worth looking for.
///
/// The group with the fewest literal hits is searched first; the others only around what it found. At the ends of a block
/// everything is searched, since the other parts may lie in the next.
struct Combinations {
  private let all: [PatternCombination]
  /// By pattern: its combination, or -1, and its group in it.
  private var places: [(combination: Int32, group: Int32)] = []
  /// Of the block, by combination.
  private var candidates: [Candidate] = []

  private struct Candidate {
    var combination: Int
    var group: Int
    var pattern: Int
  }

  /// Where a block is not the end of the text.
  struct OpenEnds {
    var start: Bool
    var end: Bool
  }

  /// What a scan of a longer text may have cut off before a block.
  private static let margin = 256

  init(_ all: [PatternCombination], patternCount: Int) {
    self.all = all
    if all.isEmpty { return }
    places = Array(repeating: (-1, 0), count: patternCount)
    for (number, combination) in all.enumerated() {
      for (group, patterns) in combination.groups.enumerated() {
        for pattern in patterns where pattern < patternCount {
          places[pattern] = (Int32(truncatingIfNeeded: number), Int32(truncatingIfNeeded: group))
        }
      }
    }
  }

  /// Notes a candidate of the block; false when it belongs to no combination.
  @inline(__always)
  mutating func take(_ pattern: Int) -> Bool {
    guard !places.isEmpty, places[pattern].combination >= 0 else { return false }
    let (number, group) = places[pattern]
    candidates.append(Candidate(combination: Int(number), group: Int(group), pattern: pattern))
    return true
  }

  /// Calls `search` with the candidates noted and the only places where their matches may end, and forgets them.
  ///
  /// - Parameters:
  ///   - hits: how often the literals of a pattern occur, about.
  ///   - search: returns the matches found, in the block.
  mutating func forEach(
    in text: BlockText, _ open: OpenEnds, hits: (Int) -> Int, search: (Int, [Interval]?) -> [Range<Int>]
  ) {
    var first = 0
    while first < candidates.count {
      let number = candidates[first].combination
      var end = first
      var groups = 0
      while end < candidates.count, candidates[end].combination == number {
        if end == first || candidates[end].group != candidates[end - 1].group { groups += 1 }
        end += 1
      }
      // A group that has no candidate has no match here.
      if groups >= all[number].groups.count || open.start || open.end {
        find(candidates[first..<end], all[number], text, open, hits, search)
      }
      first = end
    }
    candidates.removeAll(keepingCapacity: true)
  }

  private func find(
    _ candidates: ArraySlice<Candidate>, _ combination: PatternCombination, _ text: BlockText, _ open: OpenEnds,
    _ hits: (Int) -> Int, _ search: (Int, [Interval]?) -> [Range<Int>]
  ) {
    var counts = Array(repeating: 0, count: combination.groups.count)
    for candidate in candidates { counts[candidate.group] += hits(candidate.pattern) }
    var places: [Interval]?
    for group in counts.indices.sorted(by: { (counts[$0], $0) < (counts[$1], $1) }) {
      var found: [Range<Int>] = []
      for candidate in candidates where candidate.group == group { found += search(candidate.pattern, places) }
      let near = Self.near(found, combination.within, text, open)
      places = places.map { Self.common($0, near) } ?? near
      if places?.isEmpty ?? false { return }
    }
  }

  /// Where a part may end whose whole lies within a distance of one that was found, or beyond an open end of the block.
  private static func near(
    _ found: [Range<Int>], _ within: Int, _ text: BlockText, _ open: OpenEnds
  ) -> [Interval] {
    var result: [Interval] = []
    func add(_ low: Int, _ high: Int) {
      guard low <= high else { return }
      if let last = result.last, low <= Int(last.high) + 1 {
        if high > Int(last.high) { result[result.count - 1].high = Int32(truncatingIfNeeded: high) }
      } else {
        result.append(Interval(low: Int32(truncatingIfNeeded: low), high: Int32(truncatingIfNeeded: high)))
      }
    }
    if open.start { add(0, min(text.count, within + margin)) }
    for range in found.sorted(by: { $0.upperBound < $1.upperBound }) {
      add(max(0, range.upperBound - within), min(text.count, range.lowerBound + within))
    }
    if open.end { add(max(0, min(text.owned, text.count) - within - margin), text.count) }
    return result
  }

  private static func common(_ first: [Interval], _ second: [Interval]) -> [Interval] {
    var result: [Interval] = []
    var (left, right) = (0, 0)
    while left < first.count, right < second.count {
      let (a, b) = (first[left], second[right])
      let (low, high) = (max(a.low, b.low), min(a.high, b.high))
      if low <= high { result.append(Interval(low: low, high: high)) }
      if a.high < b.high { left += 1 } else { right += 1 }
    }
    return result
  }
}
