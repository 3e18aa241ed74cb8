/// One match of one pattern.
package struct PatternMatch: Hashable, Sendable {
  /// Index of the pattern in its set.
  package var pattern: Int
  /// Byte offsets in the scanned text; `end` is one past the last byte.
  package var start: Int
  package var end: Int

  package init(pattern: Int, start: Int, end: Int) {
    self.pattern = pattern
    self.start = start
    self.end = end
  }
}

/// How a scan went.
package struct ScanOutcome: Hashable, Sendable {
  /// The budget ran out: there may be more matches than were reported.
  package var exhausted: Bool
  /// Automaton steps plus twice the position intervals handled. The same text and set always cost the same.
  package var cost: Int
}
