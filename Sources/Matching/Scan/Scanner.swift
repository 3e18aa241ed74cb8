/// The working memory of one thread: scans texts for the patterns of a set, one text after the other.
///
/// Not for use by two threads at once. Memory grows with the text up to one block and is given back above 1 MB per buffer.
package final class Scanner {
  private let set: PatternSet
  // Checking at run time that nothing accesses these twice at once costs a tenth of a short scan; nothing here calls back.
  @exclusivity(unchecked) private var literals = LiteralScan()
  @exclusivity(unchecked) private var hits: LiteralHits
  @exclusivity(unchecked) private var evaluation: Evaluation
  @exclusivity(unchecked) private var block = ScratchBuffer<UInt8>(capacity: 256)
  @exclusivity(unchecked) private var candidates: Candidates
  @exclusivity(unchecked) private var combinations: Combinations
  @exclusivity(unchecked) private var absences: Absences
  /// Per pattern, for a text of several blocks only.
  @exclusivity(unchecked) private var progress: [Progress] = []

  private let blockLength: Int

  /// Where literals end of patterns that had all of several literals in one block of the last scan, whether or not they
  /// matched: traces of what may be spread over several texts. One for every text and block at most, in no order; only when the
  /// scan was asked for them.
  package private(set) var traces: [Int] = []
  /// The literals that occurred in the last scan that was asked for traces.
  package private(set) var presence = LiteralPresence()
  @exclusivity(unchecked) private var tracing = Traces()
  private var tracedRange: Range<Int>?
  private var isPiece = false

  private static let keptBytes = 1 << 20
  private static let keptTraces = 1 << 12
  /// Budget of a scan.
  private static let costPerByte = 128
  private static let freeCost = 1_000_000

  /// How many matches were reported and where the last one ends.
  private struct Progress {
    var reported = 0
    var lastEnd = 0
  }

  /// - Parameter combinations: patterns of which no match is of interest unless others match near it. Such a pattern
  ///   belongs to one combination.
  package convenience init(_ set: PatternSet, combinations: [PatternCombination] = []) {
    self.init(set, combinations: combinations, blockLength: 64 * 1024)
  }

  /// With another block length, for tests of what happens at the end of a block.
  init(_ set: PatternSet, combinations: [PatternCombination] = [], blockLength: Int) {
    self.set = set
    self.blockLength = blockLength
    hits = LiteralHits(set.tables)
    evaluation = Evaluation(tables: set.tables, text: BlockText(base: UnsafePointer(block.base), count: 0, owned: 0))
    candidates = Candidates(set.tables)
    absences = Absences(programCount: 1 + Int(set.tables.patterns.lazy.map(\.search).max() ?? 0))
    self.combinations = Combinations(combinations, patternCount: set.patternCount)
  }

  deinit {
    literals.deallocate()
    hits.deallocate()
    evaluation.stack.deallocate()
    evaluation.allowed.deallocate()
    evaluation.reach.deallocate()
    block.deallocate()
    candidates.deallocate()
    absences.deallocate()
  }

  /// Finds which patterns match and where.
  ///
  /// Linear in the text; the cost is bounded by 128 per byte + 1 million, after which the outcome is `exhausted` and
  /// what was found so far is kept.
  /// - Parameters:
  ///   - text: any bytes. 0xFF divides it into texts that are matched apart.
  ///   - mask: the patterns to look for, of this set; nil for all. The others cost next to nothing.
  ///   - limit: the most matches reported per pattern. They do not overlap: leftmost first, the longest at its start.
  ///   - tracing: whether to fill `traces` and `presence`, and with which bytes of the text the literals in `traces` may
  ///     end.
  ///   - isPiece: the text has been cut out of a longer one; parts of combinations may stand outside it.
  ///   - matches: what is found is appended, ordered by pattern, then by start.
  package func scan(
    _ text: UnsafeRawBufferPointer, only mask: PatternMask? = nil, matchesPerPattern limit: Int,
    tracing: Range<Int>? = nil,
    isPiece: Bool = false, into matches: inout [PatternMatch]
  ) -> ScanOutcome {
    let first = matches.count
    evaluation.steps = 0
    evaluation.stack.handled = 0
    evaluation.budget = text.count * Self.costPerByte + Self.freeCost
    candidates.allow(mask)
    traces.removeAll(keepingCapacity: traces.capacity <= Self.keptTraces)
    tracedRange = tracing
    if tracing != nil { presence.removeAll() }
    self.isPiece = isPiece
    let isLong = text.count > blockLength
    if isLong, progress.isEmpty { progress = Array(repeating: Progress(), count: set.patternCount) }
    var start = 0
    repeat {
      scanBlock(of: text, at: start, isLong, limit, &matches)
      start += blockLength
    } while start < text.count && !evaluation.isExhausted
    if isLong {
      for match in matches[first...] { progress[match.pattern] = Progress() }
      matches[first...].sort { ($0.pattern, $0.start) < ($1.pattern, $1.start) }
    }
    literals.shrink(toBytes: Self.keptBytes)
    hits.shrink(toBytes: Self.keptBytes)
    evaluation.stack.shrink(toBytes: Self.keptBytes)
    return ScanOutcome(exhausted: evaluation.isExhausted, cost: evaluation.cost)
  }

  /// Whether a pattern of the mask of the last scan may match across two texts: all its literals, two at least, occur in them
  /// together, and one or more in each.
  package func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool {
    candidates.spans(earlier, later)
  }

  private func scanBlock(
    of text: UnsafeRawBufferPointer, at start: Int, _ isLong: Bool, _ limit: Int, _ matches: inout [PatternMatch]
  ) {
    let isLast = text.count - start <= blockLength
    let length = isLast ? text.count - start : blockLength
    let count = min(text.count - start, length + Int(set.tables.header.overlap))
    copyBlock(of: text, at: start, count)
    evaluation.text = BlockText(base: UnsafePointer(block.base + 1), count: count, owned: isLast ? length + 1 : length)
    literals.run(evaluation.text, set.tables)
    hits.count(literals)
    evaluation.steps += count + hits.total
    candidates.find(hits, traces: tracedRange != nil)
    absences.removeAll()
    hits.distribute(literals)
    if let tracedRange {
      let range = tracedRange.clamped(to: start..<(start + count))
      tracing.find(hits, in: evaluation.text, within: (range.lowerBound - start)..<(range.upperBound - start)) {
        traces.append(start + $0)
      }
      for set in hits.presentSets { presence.insert(Int(set)) }
    }
    let firstMatch = matches.count
    candidates.forEach { pattern in
      if evaluation.isExhausted || combinations.take(pattern) { return }
      match(pattern, at: start, isLong, limit, endingAt: nil, &matches)
    }
    let ordered = matches.count
    let open = Combinations.OpenEnds(start: isPiece || start > 0, end: isPiece || !isLast)
    combinations.forEach(in: evaluation.text, open, hits: hitCount) { pattern, places in
      if evaluation.isExhausted { return [] }
      let first = matches.count
      match(pattern, at: start, isLong, limit, endingAt: places, &matches)
      return matches[first...].map { ($0.start - start)..<($0.end - start) }
    }
    if matches.count > ordered, !isLong {
      matches[firstMatch...].sort { ($0.pattern, $0.start) < ($1.pattern, $1.start) }
    }
  }

  /// The hits of the rarest literal set that a pattern requires.
  private func hitCount(_ pattern: Int) -> Int {
    candidates.sets(of: pattern).reduce(evaluation.text.count) { min($0, hits.count(of: Int($1))) }
  }

  private func match(
    _ pattern: Int, at start: Int, _ isLong: Bool, _ limit: Int, endingAt places: [Interval]?,
    _ matches: inout [PatternMatch]
  ) {
    if isLong {
      match(pattern, at: start, limit, places, &progress[pattern], &matches)
    } else {
      var own = Progress()
      match(pattern, at: start, limit, places, &own, &matches)
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

  /// Decides about one candidate and reports its matches.
  private func match(
    _ pattern: Int, at blockStart: Int, _ limit: Int, _ places: [Interval]?, _ progress: inout Progress,
    _ matches: inout [PatternMatch]
  ) {
    if progress.reported >= limit { return }
    let record = set.tables.patterns[pattern]
    let program = Int(record.search)
    if absences.contains(program) { return }
    defer { evaluation.stack.drop(to: 0) }
    guard evaluation.startWindows(program, hits, endingAt: places) else {
      if places == nil { absences.insert(program) }
      return
    }
    let starts = evaluation.allowed.base[0]
    let found = evaluation.run(program, from: starts, pruned: true, goal: .any)
    if found.isEmpty {
      if places == nil { absences.insert(program) }
      return
    }
    let sameProgram = record.span == record.search
    let search = SpanSearch(
      program: Int(record.span), starts: sameProgram ? starts : evaluation.widen(starts, by: record.leadingExtra),
      pruned: sameProgram)
    var position = max(0, progress.lastEnd - blockStart)
    while progress.reported < limit, let (start, end) = search.next(from: position, &evaluation) {
      matches.append(PatternMatch(pattern: pattern, start: blockStart + start, end: blockStart + end))
      progress.reported += 1
      position = max(end, start + 1)
      progress.lastEnd = blockStart + position
    }
  }
}
