/// Collects the parts of rules that need one match of every group near each other, and joins them.
struct RuleParts {
  /// A piece of a segment that belongs to a rule.
  struct Span {
    var rule: Int
    var segment: Int
    /// Bytes of the batch.
    var start: Int
    var end: Int
  }

  private struct Part {
    var span: Span
    var group: Int
  }

  private var parts: [Part] = []

  mutating func add(_ span: Span, group: Int) {
    parts.append(Part(span: span, group: group))
  }

  mutating func removeAll() {
    parts.removeAll(keepingCapacity: parts.capacity <= 1 << 12)
  }

  /// The tightest spans that hold one part of every group within the rule's limit. Parts that later text may complete
  /// are kept for the next call; the spans of both calls may repeat.
  ///
  /// O(n log n) in the parts.
  mutating func resolve(_ rules: RuleSet) -> [Span] {
    guard !parts.isEmpty else { return [] }
    parts.sort {
      ($0.span.rule, $0.span.segment, $0.span.start) < ($1.span.rule, $1.span.segment, $1.span.start)
    }
    var spans: [Span] = []
    var first = 0
    while first < parts.count {
      let (rule, segment) = (parts[first].span.rule, parts[first].span.segment)
      var end = first
      while end < parts.count, parts[end].span.rule == rule, parts[end].span.segment == segment { end += 1 }
      join(first..<end, rules.cores[rule], &spans)
      first = end
    }
    keepTail()
    return spans
  }

  /// Slides a window over the parts of one rule in one segment: for every part, the tightest window that ends with it.
  private func join(_ range: Range<Int>, _ core: RuleSet.Core, _ spans: inout [Span]) {
    var counts = Array(repeating: 0, count: core.groupCount)
    var missing = core.groupCount
    var left = range.lowerBound
    for right in range {
      if counts[parts[right].group] == 0 { missing -= 1 }
      counts[parts[right].group] += 1
      guard missing == 0 else { continue }
      while counts[parts[left].group] > 1 {
        counts[parts[left].group] -= 1
        left += 1
      }
      let start = parts[left].span.start
      // Checked before the ends are looked at: a window that passes holds few parts.
      guard parts[right].span.start - start <= core.within else { continue }
      let end = parts[left...right].reduce(0) { max($0, $1.span.end) }
      guard end - start <= core.within else { continue }
      spans.append(Span(rule: parts[left].span.rule, segment: parts[left].span.segment, start: start, end: end))
    }
  }

  /// Forgets parts that lie too far back to matter.
  private mutating func keepTail() {
    guard let last = parts.map(\.span.start).max() else { return }
    parts.removeAll { $0.span.start + Self.longestReach < last }
  }

  /// No rule joins parts farther apart; the loader holds `within` to it.
  static let longestReach = 8 << 10
}
