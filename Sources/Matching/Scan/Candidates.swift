/// The patterns that may match in a block: those of which all literal sets are present.
struct Candidates {
  private let tables: Tables
  /// The patterns that are looked for, and of those the candidates, as bits.
  private var allowed: ScratchBuffer<UInt64>
  private var found: ScratchBuffer<UInt64>
  /// Literal sets required and not yet seen per pattern, those of words in the lower byte; between blocks, all that are required.
  private var missingSets: ScratchBuffer<UInt16>
  /// The same for all that are required.
  private var requiredSets: ScratchBuffer<UInt16>
  private let wordCount: Int

  init(_ tables: Tables) {
    self.tables = tables
    wordCount = (tables.patterns.count + 63) / 64
    allowed = ScratchBuffer(capacity: wordCount)
    found = ScratchBuffer(capacity: wordCount)
    missingSets = ScratchBuffer(capacity: tables.patterns.count)
    requiredSets = ScratchBuffer(capacity: tables.patterns.count)
    allowed.base.initialize(repeating: .max, count: allowed.capacity)
    found.base.initialize(repeating: 0, count: found.capacity)
    for (pattern, record) in tables.patterns.enumerated() {
      requiredSets.base[pattern] = UInt16(truncatingIfNeeded: record.wordSets | record.phraseSets << 8)
      missingSets.base[pattern] = requiredSets.base[pattern]
    }
  }

  func deallocate() {
    allowed.deallocate()
    found.deallocate()
    missingSets.deallocate()
    requiredSets.deallocate()
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

  private static let words: UInt16 = 0xFF

  /// Finds the candidates of a block, and asks for the positions that they need.
  ///
  /// - Parameter traces: whether also to ask for the words of patterns that have several and all of them.
  func find(_ hits: LiteralHits, traces: Bool) {
    let (index, patterns) = (tables.setPatternIndex, tables.setPatterns)
    let (missing, required) = (missingSets.base, requiredSets.base)
    for pattern in tables.unkeyedPatterns { take(Int(pattern), hits) }
    let present = hits.presentSets
    for set in present {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let entry = patterns[Int(place)]
        let pattern = Int(entry & SetPattern.patternMask)
        let left = missing[pattern] &- Self.weight(entry)
        missing[pattern] = left
        if left & Self.words != 0 { continue }
        if traces { trace(pattern, hits) }
        if left == 0 { take(pattern, hits) }
      }
    }
    for set in present {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let pattern = Int(patterns[Int(place)] & SetPattern.patternMask)
        missing[pattern] = required[pattern]
      }
    }
  }

  /// What a set is in `missingSets`.
  @inline(__always)
  private static func weight(_ entry: UInt32) -> UInt16 { entry & SetPattern.phraseBit == 0 ? 1 : 256 }

  /// Whether an allowed pattern of several words has them all in two texts together, and one in each at least.
  func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool {
    let (index, patterns) = (tables.setPatternIndex, tables.setPatterns)
    let (missing, required) = (missingSets.base, requiredSets.base)
    func forEachWord(of set: Int, _ body: (Int) -> Void) {
      for place in index[set]..<index[set &+ 1] where patterns[Int(place)] & SetPattern.phraseBit == 0 {
        body(Int(patterns[Int(place)] & SetPattern.patternMask))
      }
    }
    defer {
      earlier.union(later).forEach { set in forEachWord(of: set) { missing[$0] = required[$0] } }
    }
    earlier.forEach { set in forEachWord(of: set) { missing[$0] &-= 1 } }
    var isFound = false
    later.forEach { set in
      let isNew = !earlier.contains(set)
      forEachWord(of: set) { pattern in
        if missing[pattern] == required[pattern] { return }
        if isNew { missing[pattern] &-= 1 }
        if required[pattern] & Self.words > 1, missing[pattern] & Self.words == 0, isAllowed(pattern) { isFound = true }
      }
    }
    return isFound
  }

  @inline(__always)
  private func isAllowed(_ pattern: Int) -> Bool { allowed.base[pattern &>> 6] & 1 &<< UInt64(pattern & 63) != 0 }

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

  @inline(__always)
  private func take(_ pattern: Int, _ hits: LiteralHits) {
    let bit: UInt64 = 1 &<< UInt64(pattern & 63)
    if allowed.base[pattern &>> 6] & bit == 0 { return }
    found.base[pattern &>> 6] |= bit
    forEachWindow(of: pattern) { hits.want(Int($0.set)) }
  }

  private func trace(_ pattern: Int, _ hits: LiteralHits) {
    guard requiredSets.base[pattern] & Self.words > 1, isAllowed(pattern) else { return }
    forEachWindow(of: pattern) { if $0.isPhrase == 0 { hits.trace(Int($0.set)) } }
  }

  @inline(__always)
  private func forEachWindow(of pattern: Int, _ body: (WindowRecord) -> Void) {
    let program = tables.programs[Int(tables.patterns[pattern].search)]
    for operation in program.firstOperation..<program.firstOperation &+ program.operationCount {
      let record = tables.operations[Int(operation)]
      for window in record.firstWindow..<record.firstWindow &+ record.windowCount { body(tables.windows[Int(window)]) }
    }
  }
}
