/// The patterns that may match in a block: those of which all literal sets are present.
///
/// A pattern is looked at only where the rarest of its sets is present.
struct Candidates {
  private let tables: Tables
  /// The patterns that are looked for, and of those the candidates, as bits.
  private var allowed: ScratchBuffer<UInt64>
  private var found: ScratchBuffer<UInt64>
  private let wordCount: Int

  init(_ tables: Tables) {
    self.tables = tables
    wordCount = (tables.patterns.count + 63) / 64
    allowed = ScratchBuffer(capacity: wordCount)
    found = ScratchBuffer(capacity: wordCount)
    allowed.base.initialize(repeating: .max, count: allowed.capacity)
    found.base.initialize(repeating: 0, count: found.capacity)
  }

  func deallocate() {
    allowed.deallocate()
    found.deallocate()
  }

  /// From here on only these patterns can be candidates; nil for all.
  func allow(_ mask: PatternMask?) {
    guard let mask else {
      allowed.base.update(repeating: .max, count: wordCount)
      return
    }
    // A mask of another set would be a mistake of ours; what it lacks is not looked for.
    for index in 0..<wordCount { allowed.base[index] = index < mask.words.count ? mask.words[index] : 0 }
  }

  /// Finds the candidates of a block, and asks for the positions that they need.
  ///
  /// - Parameter traces: whether also to ask for the words of patterns that have several and all of them.
  func find(_ hits: LiteralHits, traces: Bool) {
    for pattern in tables.unkeyedPatterns { take(Int(pattern), hits) }
    let (index, patterns) = (tables.rarestIndex, tables.rarestPatterns)
    for set in hits.presentSets {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let pattern = Int(patterns[Int(place)])
        if hits.arePresent(sets(of: pattern)) { take(pattern, hits) }
      }
    }
    if traces { findTraces(hits) }
  }

  private func findTraces(_ hits: LiteralHits) {
    let (index, patterns) = (tables.wordIndex, tables.wordPatterns)
    for set in hits.presentSets {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let pattern = Int(patterns[Int(place)])
        let words = words(of: pattern)
        guard hits.arePresent(words), isAllowed(pattern) else { continue }
        for word in words { hits.trace(Int(word)) }
      }
    }
  }

  /// Whether an allowed pattern of several words has them all in two texts together, and one in each at least.
  func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool {
    let both = earlier.union(later)
    var isFound = false
    both.forEach { set in
      for place in tables.wordIndex[set]..<tables.wordIndex[set &+ 1] where !isFound {
        let pattern = Int(tables.wordPatterns[Int(place)])
        let words = words(of: pattern)
        isFound =
          words.allSatisfy { both.contains(Int($0)) } && words.contains { earlier.contains(Int($0)) }
          && words.contains { later.contains(Int($0)) } && isAllowed(pattern)
      }
    }
    return isFound
  }

  /// Calls `body` with every candidate, ascending, and forgets them.
  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    for word in 0..<wordCount {
      var bits = found.base[word]
      found.base[word] = 0
      while bits != 0 {
        body(word &* 64 &+ bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }

  /// The literal sets that a pattern requires.
  @inline(__always)
  func sets(of pattern: Int) -> UnsafeBufferPointer<UInt16> {
    let record = tables.patterns[pattern]
    return UnsafeBufferPointer(
      start: tables.requirements + Int(record.firstRequirement), count: Int(record.wordSets &+ record.phraseSets))
  }

  private func words(of pattern: Int) -> UnsafeBufferPointer<UInt16> {
    let record = tables.patterns[pattern]
    return UnsafeBufferPointer(start: tables.requirements + Int(record.firstRequirement), count: Int(record.wordSets))
  }

  @inline(__always)
  private func isAllowed(_ pattern: Int) -> Bool { allowed.base[pattern &>> 6] & 1 &<< UInt64(pattern & 63) != 0 }

  @inline(__always)
  private func take(_ pattern: Int, _ hits: LiteralHits) {
    if !isAllowed(pattern) { return }
    found.base[pattern &>> 6] |= 1 &<< UInt64(pattern & 63)
    for set in sets(of: pattern) { hits.want(Int(set)) }
  }
}
