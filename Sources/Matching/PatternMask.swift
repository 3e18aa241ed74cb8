/// Some of the patterns of a set: those that a scan is to look for.
package struct PatternMask: Sendable, Equatable {
  /// One bit per pattern.
  private(set) var words: [UInt64]

  /// An empty mask for a set of so many patterns.
  package init(patternCount: Int) {
    words = Array(repeating: 0, count: (patternCount + 63) / 64)
  }

  /// - Parameter pattern: below `patternCount`.
  package mutating func insert(_ pattern: Int) {
    words[pattern / 64] |= 1 << UInt64(pattern % 64)
  }

  package func contains(_ pattern: Int) -> Bool {
    words[pattern / 64] & (1 << UInt64(pattern % 64)) != 0
  }

  /// Adds the patterns of another mask of the same set.
  package mutating func formUnion(_ other: PatternMask) {
    for index in words.indices { words[index] |= other.words[index] }
  }
}
