import Matching

/// Turns matches of expressions into findings: filters by role and view, drops what a rule excludes, asks validators,
/// joins the parts of composed rules, then weighs what is left.
///
/// Linear in the text and the matches. Working memory of one thread.
final class Evaluator {
  private let rules: RuleSet
  private let scan: BatchScan
  private let excludes: Scanner?
  /// The user's own rules, which are compiled apart.
  private var addition: Addition?
  private var matches: [PatternMatch] = []
  private var excluded: [PatternMatch] = []
  private var parts = RuleParts()
  private var candidates: [Candidate] = []
  private var weighing: Weighing
  private var memo = VerdictMemo()
  /// The patterns that can mean something in the present batch, and the texts for which they were chosen.
  private var mask: PatternMask
  private var maskKinds = TextKinds()
  private var isExhausted = false
  private var traces: TextTraces?

  private struct Addition {
    let scan: BatchScan
    let excludes: Scanner?
    let firstPattern: Int
    let firstRule: Int
    var mask: PatternMask

    init(_ rules: RuleSet.Addition, of all: RuleSet) {
      scan = BatchScan(
        rules.patterns, combinations: all.combinations(of: rules.firstPattern..<all.owners.count))
      excludes = rules.excludes.map { Scanner($0) }
      (firstPattern, firstRule) = (rules.firstPattern, rules.firstRule)
      mask = PatternMask(patternCount: rules.patterns.patternCount)
    }
  }

  /// Candidates held before they are weighed.
  private static let candidateLimit = 1 << 16

  init(rules: RuleSet) {
    self.rules = rules
    scan = BatchScan(rules.patterns, combinations: rules.combinations(of: 0..<rules.patterns.patternCount))
    excludes = rules.excludes.map { Scanner($0) }
    weighing = Weighing(rules: rules)
    mask = PatternMask(patternCount: rules.patterns.patternCount)
    addition = rules.addition.map { Addition($0, of: rules) }
  }

  /// Starts a message or text, in a place where the user's config may change what findings mean.
  func begin(_ effects: FindingEffects) {
    weighing.begin(effects)
    memo.forget()
    isExhausted = false
  }

  /// - Returns: nil unless `tracing`.
  @discardableResult
  func evaluate(_ batch: TextBatch, tracing: Bool = false) -> TextTraces? {
    if batch.isCut { isExhausted = true }
    guard !batch.isEmpty else { return nil }
    traces = tracing ? TextTraces() : nil
    choosePatterns(batch.kinds)
    batch.bytes.withUnsafeBytes { bytes in
      var found = matches
      matches = []
      run(scan, mask, firstPattern: 0, batch, bytes, &found)
      if let addition {
        // The words of the two parts are numbered apart.
        let presence = traces?.presence
        run(addition.scan, addition.mask, firstPattern: addition.firstPattern, batch, bytes, &found)
        if let presence { traces?.presence = presence }
      }
      noteRepetitions(batch, &found)
      matches = found
      weigh(batch, bytes)
    }
    return traces
  }

  /// Whether an expression may match across two texts of which the later one was just evaluated.
  func spans(_ earlier: LiteralPresence, _ later: LiteralPresence) -> Bool { scan.spans(earlier, later) }

  /// One part of the rules over the whole batch. What it finds is weighed together with what the other part finds.
  private func run(
    _ scan: BatchScan, _ mask: PatternMask, firstPattern: Int, _ batch: TextBatch, _ bytes: UnsafeRawBufferPointer,
    _ found: inout [PatternMatch]
  ) {
    let isComplete = scan.run(bytes, only: mask, &found, traces: &traces) { window in
      for var match in window {
        match.pattern += firstPattern
        take(match, batch, bytes)
      }
      for span in parts.resolve(rules) { add(span, batch, bytes, isProof: false) }
      if candidates.count > Self.candidateLimit { weigh(batch, bytes) }
    }
    if !isComplete { isExhausted = true }
    parts.removeAll()
  }

  func finish() -> Inspection {
    var inspection = weighing.finish()
    inspection.isExhausted = isExhausted
    return inspection
  }

  // MARK: Private

  /// Most rules are about some roles, and some patterns about one view: the others need not be looked for.
  private func choosePatterns(_ kinds: TextKinds) {
    if kinds == maskKinds { return }
    maskKinds = kinds
    mask = PatternMask(patternCount: rules.patterns.patternCount)
    for kind in kinds.indices { mask.formUnion(rules.masks[kind]) }
    guard let masks = rules.addition?.masks else { return }
    addition?.mask = PatternMask(patternCount: rules.owners.count - rules.patterns.patternCount)
    for kind in kinds.indices { addition?.mask.formUnion(masks[kind]) }
  }

  private func take(_ match: PatternMatch, _ batch: TextBatch, _ bytes: UnsafeRawBufferPointer) {
    let owner = rules.owners[match.pattern]
    let index = batch.segment(at: match.start)
    let segment = batch.segments[index]
    // Field by field: a copy of all counts references, for every match.
    guard rules.cores[owner.rule].roles.isSuperset(of: batch.roles(match.start, match.end, in: segment)) else { return }
    // The folded view of a text is its passages, and the text itself everywhere else.
    let isUnchanged = owner.view == .folded && segment.view == .text && segment.isFolded
    guard owner.view == nil || owner.view == segment.view || isUnchanged else { return }
    if segment.isCut(match.start, match.end) { return }
    let span = RuleParts.Span(
      rule: owner.rule, segment: index, start: match.start, end: min(match.end, segment.end))
    if rules.cores[owner.rule].match == .all {
      parts.add(span, group: owner.group)
    } else {
      add(span, batch, bytes, isProof: owner.isProof, isUnchanged: isUnchanged)
    }
  }

  private func add(
    _ span: RuleParts.Span, _ batch: TextBatch, _ bytes: UnsafeRawBufferPointer, isProof: Bool,
    isUnchanged: Bool = false
  ) {
    let segment = batch.segments[span.segment]
    // Parts of a rule may lie in texts of its roles, with another between them.
    guard rules.cores[span.rule].roles.isSuperset(of: batch.roles(span.start, span.end, in: segment)) else { return }
    // Field by field here, too.
    if !rules.cores[span.rule].validators.isEmpty || !rules.cores[span.rule].excludes.isEmpty {
      let text = UnsafeRawBufferPointer(rebasing: bytes[segment.start..<segment.end])
      let match = (span.start - segment.start)..<(span.end - segment.start)
      guard isAccepted(text, match: match, rule: span.rule) else { return }
    }
    candidates.append(
      Candidate(
        rule: span.rule, segment: span.segment, start: span.start, end: span.end,
        isProven: isProof || rules.cores[span.rule].proof != .signal,
        isWitness: batch.isWitness(span.start, span.end, in: segment), isUnchanged: isUnchanged))
  }

  /// What validators and exclusions say. A match that is repeated is judged once.
  private func isAccepted(_ text: UnsafeRawBufferPointer, match: Range<Int>, rule: Int) -> Bool {
    var evidence: Range<Int>? = match
    for validator in rules.cores[rule].validators {
      guard let known = evidence, let own = validator.evidence(text, match: match) else {
        evidence = nil
        break
      }
      evidence = min(known.lowerBound, own.lowerBound)..<max(known.upperBound, own.upperBound)
    }
    guard let evidence else { return judge(text, match: match, rule: rule) }
    let piece = VerdictMemo.Piece(
      rule: rule, evidence: UnsafeRawBufferPointer(rebasing: text[evidence]),
      match: (match.lowerBound - evidence.lowerBound)..<(match.upperBound - evidence.lowerBound))
    return memo.verdict(on: piece) { judge(text, match: match, rule: rule) }
  }

  private func judge(_ text: UnsafeRawBufferPointer, match: Range<Int>, rule: Int) -> Bool {
    let core = rules.cores[rule]
    guard core.validators.allSatisfy({ $0.accepts(text, match: match) }) else { return false }
    return core.excludes.isEmpty || !isExcluded(text[match], core.excludes, rule: rule)
  }

  private func isExcluded(_ bytes: Slice<UnsafeRawBufferPointer>, _ range: Range<Int>, rule: Int) -> Bool {
    let own = addition.flatMap { rule >= $0.firstRule ? $0 : nil }
    guard let excludes = own.map(\.excludes) ?? excludes else { return false }
    excluded.removeAll(keepingCapacity: true)
    _ = excludes.scan(UnsafeRawBufferPointer(rebasing: bytes), matchesPerPattern: 1, into: &excluded)
    return excluded.contains { range.contains($0.pattern) }
  }

  /// What reaches from earlier messages into this one is no news where these say it by themselves: what stands behind is a
  /// bystander's. The earlier messages are looked at again for it, which is seldom.
  private func noteRepetitions(_ batch: TextBatch, _ found: inout [PatternMatch]) {
    for (index, segment) in batch.segments.enumerated() {
      guard let end = batch.earlierEnd(of: segment),
        candidates.contains(where: { $0.segment == index && $0.start < end && !$0.isWitness })
      else { continue }
      let together = candidates
      candidates = []
      let alone = batch.beginning(of: segment, until: end)
      alone.bytes.withUnsafeBytes { bytes in
        run(scan, mask, firstPattern: 0, alone, bytes, &found)
        if let addition { run(addition.scan, addition.mask, firstPattern: addition.firstPattern, alone, bytes, &found) }
      }
      var reached: [Int: Int] = [:]
      for candidate in candidates {
        reached[candidate.rule] = max(reached[candidate.rule] ?? 0, candidate.end + segment.start)
      }
      candidates = together
      for place in candidates.indices where candidates[place].segment == index {
        if candidates[place].start < reached[candidates[place].rule] ?? 0 { candidates[place].isWitness = true }
      }
    }
  }

  private func weigh(_ batch: TextBatch, _ bytes: UnsafeRawBufferPointer) {
    guard !candidates.isEmpty else { return }
    weighing.add(&candidates, of: batch, bytes)
    candidates.removeAll(keepingCapacity: candidates.capacity <= 1 << 14)
  }
}
