/// The working memory of one thread: scans texts for the patterns of a set, one text after the other.
///
/// Not for use by two threads at once. Memory grows with the text up to one block and is given back above 1 MB per buffer.
package final class Scanner {
  private let set: PatternSet
  // Checking at run time that nothing accesses these twice at once costs a tenth of a short scan; nothing here calls back.
  @exclusivity(unchecked) private var literals = LiteralScan()
  @exclusivity(unchecked) private var hits: LiteralHits
  @exclusivity(unchecked) private var evaluation: Evaluation
  private var block = ScratchBuffer<UInt8>(capacity: 4096)
  /// Literal sets seen per pattern, and the patterns with all of theirs as bits.
  @exclusivity(unchecked) private var seenSets: [UInt32]
  @exclusivity(unchecked) private var candidates: [UInt64]
  /// Per pattern, within one scan: how many matches were reported and where the last one ends.
  @exclusivity(unchecked) private var reported: [Int]
  @exclusivity(unchecked) private var lastEnd: [Int]

  private let blockLength: Int

  private static let keptBytes = 1 << 20
  /// Budget of a scan.
  private static let costPerByte = 128
  private static let freeCost = 1_000_000

  package convenience init(_ set: PatternSet) {
    self.init(set, blockLength: 64 * 1024)
  }

  /// With another block length, for tests of what happens at the end of a block.
  init(_ set: PatternSet, blockLength: Int) {
    self.set = set
    self.blockLength = blockLength
    hits = LiteralHits(setCount: set.tables.setCount)
    evaluation = Evaluation(tables: set.tables, text: BlockText(base: UnsafePointer(block.base), count: 0, owned: 0))
    seenSets = Array(repeating: 0, count: set.patternCount)
    candidates = Array(repeating: 0, count: set.patternCount / 64 + 1)
    reported = Array(repeating: 0, count: set.patternCount)
    lastEnd = Array(repeating: 0, count: set.patternCount)
  }

  deinit {
    literals.deallocate()
    hits.deallocate()
    evaluation.stack.deallocate()
    evaluation.allowed.deallocate()
    block.deallocate()
  }

  /// Finds which patterns match and where.
  ///
  /// Linear in the text; the cost is bounded by 128 per byte + 1 million, after which the outcome is `exhausted` and
  /// what was found so far is kept.
  /// - Parameters:
  ///   - text: any bytes. 0xFF divides it into texts that are matched apart.
  ///   - limit: the most matches reported per pattern. They do not overlap: leftmost first, the longest at its start.
  ///   - matches: what is found is appended, ordered by pattern, then by start.
  package func scan(
    _ text: UnsafeRawBufferPointer, matchesPerPattern limit: Int, into matches: inout [PatternMatch]
  ) -> ScanOutcome {
    let first = matches.count
    evaluation.steps = 0
    evaluation.stack.handled = 0
    evaluation.budget = text.count * Self.costPerByte + Self.freeCost
    var start = 0
    repeat {
      scanBlock(of: text, at: start, limit, &matches)
      start += blockLength
    } while start < text.count && !evaluation.isExhausted
    for match in matches[first...] {
      reported[match.pattern] = 0
      lastEnd[match.pattern] = 0
    }
    if text.count > blockLength {
      matches[first...].sort { ($0.pattern, $0.start) < ($1.pattern, $1.start) }
    }
    literals.shrink(toBytes: Self.keptBytes)
    hits.shrink(toBytes: Self.keptBytes)
    evaluation.stack.shrink(toBytes: Self.keptBytes)
    return ScanOutcome(exhausted: evaluation.isExhausted, cost: evaluation.cost)
  }

  private func scanBlock(
    of text: UnsafeRawBufferPointer, at start: Int, _ limit: Int, _ matches: inout [PatternMatch]
  ) {
    let isLast = text.count - start <= blockLength
    let length = isLast ? text.count - start : blockLength
    let count = min(text.count - start, length + Int(set.tables.header.overlap))
    copyBlock(of: text, at: start, count)
    evaluation.text = BlockText(base: UnsafePointer(block.base + 1), count: count, owned: isLast ? length + 1 : length)
    literals.run(evaluation.text, set.tables)
    hits.count(literals, set.tables)
    evaluation.steps += count + hits.total
    markCandidates(limit)
    hits.distribute(literals, set.tables)
    for word in candidates.indices {
      while candidates[word] != 0 {
        let bit = candidates[word].trailingZeroBitCount
        candidates[word] &= candidates[word] - 1
        if !evaluation.isExhausted { match(word * 64 + bit, at: start, limit, &matches) }
      }
    }
  }

  private func copyBlock(of text: UnsafeRawBufferPointer, at start: Int, _ count: Int) {
    block.reserve(count + 2)
    block.base[0] = start > 0 ? text[start - 1] : Separator.byte
    block.base[count + 1] = start + count < text.count ? text[start + count] : Separator.byte
    if count > 0, let source = text.baseAddress {
      UnsafeMutableRawPointer(block.base + 1).copyMemory(from: source + start, byteCount: count)
    }
  }

  /// Marks the patterns of which all literal sets are present and which may report more.
  private func markCandidates(_ limit: Int) {
    let tables = set.tables
    for pattern in tables.unkeyedPatterns { mark(Int(pattern), limit) }
    let present = hits.presentSets
    for set in present {
      for index in tables.setPatternIndex[Int(set)]..<tables.setPatternIndex[Int(set) + 1] {
        let pattern = Int(tables.setPatterns[Int(index)])
        seenSets[pattern] += 1
        if seenSets[pattern] == tables.patterns[pattern].requiredSets { mark(pattern, limit) }
      }
    }
    for set in present {
      for index in tables.setPatternIndex[Int(set)]..<tables.setPatternIndex[Int(set) + 1] {
        seenSets[Int(tables.setPatterns[Int(index)])] = 0
      }
    }
  }

  private func mark(_ pattern: Int, _ limit: Int) {
    if reported[pattern] >= limit { return }
    candidates[pattern / 64] |= 1 << UInt64(pattern % 64)
    let tables = set.tables
    let program = tables.programs[Int(tables.patterns[pattern].search)]
    for operation in program.firstOperation..<program.firstOperation + program.operationCount {
      let record = tables.operations[Int(operation)]
      for window in record.firstWindow..<record.firstWindow + record.windowCount {
        hits.want(Int(tables.windows[Int(window)].set))
      }
    }
  }

  /// Decides about one candidate and reports its matches.
  private func match(_ pattern: Int, at blockStart: Int, _ limit: Int, _ matches: inout [PatternMatch]) {
    let record = set.tables.patterns[pattern]
    defer { evaluation.stack.drop(to: 0) }
    guard evaluation.startWindows(Int(record.search), hits) else { return }
    let starts = evaluation.allowed.base[0]
    let found = evaluation.run(Int(record.search), from: starts, pruned: true, goal: .any)
    if found.isEmpty { return }
    let sameProgram = record.span == record.search
    let search = SpanSearch(
      program: Int(record.span), starts: sameProgram ? starts : evaluation.widen(starts, by: record.leadingExtra),
      pruned: sameProgram)
    var position = max(0, lastEnd[pattern] - blockStart)
    while reported[pattern] < limit, let (start, end) = search.next(from: position, &evaluation) {
      matches.append(PatternMatch(pattern: pattern, start: blockStart + start, end: blockStart + end))
      reported[pattern] += 1
      position = max(end, start + 1)
      lastEnd[pattern] = blockStart + position
    }
  }
}
