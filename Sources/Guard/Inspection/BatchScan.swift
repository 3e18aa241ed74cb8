import Matching

/// Runs the matching engine over a batch in windows, so that the number of matches held at once is bounded whatever
/// the text.
///
/// Windows overlap: a match belongs to the window in which it begins, and each window sees some bytes before what it
/// owns (so that `^` and `\b` see the truth) and 4 KiB behind it. A match longer than that may be cut at a window's end.
struct BatchScan {
  private let scanner: Scanner

  private static let window = 128 << 10
  private static let before = 64
  private static let behind = 4 << 10
  /// One match for every fourth byte of a window. No expression of a rule matches less.
  private static let matchesPerPattern = (window + behind + before) / 4

  /// - Parameter combinations: see `Scanner`.
  init(_ patterns: PatternSet, combinations: [PatternCombination]) {
    scanner = Scanner(patterns, combinations: combinations)
  }

  /// Calls `body` with the matches of each window: ordered by pattern, then by start, in offsets of `bytes`.
  ///
  /// - Parameter traces: filled when it is not nil.
  /// - Returns: false when a budget ran out and something may be missing.
  func run(
    _ bytes: UnsafeRawBufferPointer, only mask: PatternMask, _ matches: inout [PatternMatch], traces: inout TextTraces?,
    _ body: ([PatternMatch]) -> Void
  ) -> Bool {
    var isComplete = true
    var start = 0
    repeat {
      let isLast = bytes.count - start <= Self.window + Self.behind
      let owned = start..<(isLast ? bytes.count : start + Self.window)
      let seen = max(0, start - Self.before)..<min(bytes.count, isLast ? bytes.count : owned.upperBound + Self.behind)
      matches.removeAll(keepingCapacity: matches.capacity <= 1 << 16)
      let outcome = scanner.scan(
        UnsafeRawBufferPointer(rebasing: bytes[seen]), only: mask, matchesPerPattern: Self.matchesPerPattern,
        tracing: traces.map { _ in (owned.lowerBound - seen.lowerBound)..<(owned.upperBound - seen.lowerBound) },
        isPiece: seen.count < bytes.count, into: &matches)
      if outcome.exhausted { isComplete = false }
      traces?.presence.formUnion(scanner.presence)
      for trace in scanner.traces { traces?.ends.append(seen.lowerBound + trace) }
      if seen.lowerBound > 0 || !isLast {
        var kept = 0
        for var match in matches {
          match.start += seen.lowerBound
          match.end += seen.lowerBound
          guard owned.contains(match.start) else { continue }
          matches[kept] = match
          kept += 1
        }
        matches.removeSubrange(kept...)
      }
      body(matches)
      start = owned.upperBound
    } while start < bytes.count
    return isComplete
  }

  /// See `Scanner.spans`.
  func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool { scanner.spans(earlier, later) }
}

/// What a scan noticed of expressions that may be spread over several texts.
struct TextTraces {
  /// Behind words of expressions of several words that all occur; see `Scanner.traces`.
  var ends: [Int] = []
  var presence = LiteralPresence()
}
