/// The patterns that may match in a block: those of which all literal sets are present.
struct Candidates {
  private let tables: Tables
  /// The patterns that are looked for, and of those the candidates, as bits.
  private var allowed: ScratchBuffer<UInt64>
  private var found: ScratchBuffer<UInt64>
  /// Literal sets required and not yet seen per pattern; between blocks, all that are required.
  private var missingSets: ScratchBuffer<UInt16>
  /// `PatternRecord.requiredSets`, close together.
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
      requiredSets.base[pattern] = UInt16(truncatingIfNeeded: record.requiredSets)
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

  /// Finds the candidates of a block, and asks for the positions that they need.
  func find(_ hits: LiteralHits) {
    let (index, patterns) = (tables.setPatternIndex, tables.setPatterns)
    let (missing, required) = (missingSets.base, requiredSets.base)
    for pattern in tables.unkeyedPatterns { take(Int(pattern), hits) }
    let present = hits.presentSets
    for set in present {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let pattern = Int(patterns[Int(place)])
        missing[pattern] &-= 1
        if missing[pattern] == 0 { take(pattern, hits) }
      }
    }
    for set in present {
      for place in index[Int(set)]..<index[Int(set) &+ 1] {
        let pattern = Int(patterns[Int(place)])
        missing[pattern] = required[pattern]
      }
    }
  }

  /// Whether an allowed pattern of several literals has them all in two texts together, and one in each at least.
  func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool {
    let (index, patterns) = (tables.setPatternIndex, tables.setPatterns)
    let (missing, required) = (missingSets.base, requiredSets.base)
    defer {
      earlier.union(later).forEach { set in
        for place in index[set]..<index[set &+ 1] {
          let pattern = Int(patterns[Int(place)])
          missing[pattern] = required[pattern]
        }
      }
    }
    earlier.forEach { set in
      for place in index[set]..<index[set &+ 1] { missing[Int(patterns[Int(place)])] &-= 1 }
    }
    var isFound = false
    later.forEach { set in
      let isNew = !earlier.contains(set)
      for place in index[set]..<index[set &+ 1] {
        let pattern = Int(patterns[Int(place)])
        if missing[pattern] == required[pattern] { continue }
        if isNew { missing[pattern] &-= 1 }
        if required[pattern] > 1, missing[pattern] == 0, isAllowed(pattern) { isFound = true }
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
    let leavesTraces = tables.patterns[pattern].requiredSets > 1
    let program = tables.programs[Int(tables.patterns[pattern].search)]
    for operation in program.firstOperation..<program.firstOperation &+ program.operationCount {
      let record = tables.operations[Int(operation)]
      for window in record.firstWindow..<record.firstWindow &+ record.windowCount {
        let set = Int(tables.windows[Int(window)].set)
        if leavesTraces { hits.trace(set) } else { hits.want(set) }
      }
    }
  }
}
