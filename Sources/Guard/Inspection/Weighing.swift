/// Weighs candidates: which are proven, which are merely mentioned, what severity is left, and what is written down.
struct Weighing {
  private let rules: RuleSet
  private var inspection = Inspection()
  /// Findings already kept, by rule and string.
  private var kept: [Key: Kept] = [:]
  /// By strength: verdict, then severity.
  private var levels: [[Finding]] = Array(repeating: [], count: Verdict.allCases.count * Severity.allCases.count)
  private var keptCount = 0
  private var effects = FindingEffects.none
  private var mention = Mention()

  private struct Key: Hashable {
    var rule: Int
    var literal: Int
  }

  private struct Kept {
    var count = 0
    var strongest = -1
  }

  /// Findings kept of one rule in one string; more say nothing new.
  private static let repeats = 8

  init(rules: RuleSet) {
    self.rules = rules
  }

  mutating func begin(_ effects: FindingEffects) {
    self.effects = effects
    inspection = Inspection()
    kept.removeAll(keepingCapacity: true)
    for index in levels.indices { levels[index].removeAll(keepingCapacity: true) }
    keptCount = 0
  }

  mutating func finish() -> Inspection {
    for findings in levels.reversed() { inspection.findings.append(contentsOf: findings) }
    return inspection
  }

  mutating func add(_ candidates: inout [Candidate], of batch: TextBatch, _ bytes: UnsafeRawBufferPointer) {
    merge(&candidates)
    mention.forget()
    let proof = Proofs(candidates, rules, batch)
    let secrets = SecretPlaces(candidates, rules)
    for index in order(candidates) {
      let candidate = candidates[index]
      let segment = batch.segments[candidate.segment]
      let isProven = segment.parts == nil && candidate.isProven || proof.hasSecondSignal(index)
      let roles = batch.roles(candidate.start, candidate.end, in: segment)
      let ceiling = rules.cores[candidate.rule].ceiling(in: roles)
      var severity = isProven ? ceiling : ceiling.lowered()
      // Nobody may ever read these texts as one.
      if segment.parts != nil { severity = min(severity, isProven ? .high : .medium) }
      if !isProven, severity > .medium, roles.allowsMention,
        mention.isMention(
          bytes, segment.start..<segment.end, match: candidate.start..<candidate.end,
          whole: segment.wholeStart..<segment.wholeEnd)
      {
        severity = severity.lowered(floor: .medium)
      }
      let effect = effects.effect(
        rule: rules.cores[candidate.rule].id, category: rules.cores[candidate.rule].category, severity: severity)
      guard let effect else { continue }
      note(candidate, batch, effect, isProven, secrets, bytes)
    }
  }

  // MARK: Private

  /// The candidates in the order of their views: what the folded view of a text repeats comes behind the text.
  private func order(_ candidates: [Candidate]) -> [Int] {
    var order: [Int] = []
    var repeated: [Int] = []
    for index in candidates.indices where !candidates[index].isWitness {
      if let first = repeated.first, candidates[first].segment != candidates[index].segment {
        order += repeated
        repeated.removeAll()
      }
      if candidates[index].isUnchanged { repeated.append(index) } else { order.append(index) }
    }
    return order + repeated
  }

  /// Orders candidates by place and joins those of one rule that overlap.
  private func merge(_ candidates: inout [Candidate]) {
    candidates.sort { ($0.segment, $0.rule, $0.start) < ($1.segment, $1.rule, $1.start) }
    var last = 0
    for index in candidates.indices.dropFirst() {
      let next = candidates[index]
      if candidates[last].segment == next.segment, candidates[last].rule == next.rule, candidates[last].overlaps(next) {
        candidates[last].isProven = candidates[last].isProven || next.isProven
        candidates[last].isWitness = candidates[last].isWitness && next.isWitness
        candidates[last].end = max(candidates[last].end, next.end)
      } else {
        last += 1
        candidates[last] = next
      }
    }
    if last + 1 < candidates.count { candidates.removeSubrange((last + 1)...) }
    candidates.sort { ($0.segment, $0.start, $0.rule) < ($1.segment, $1.start, $1.rule) }
  }

  private mutating func note(
    _ candidate: Candidate, _ batch: TextBatch, _ effect: FindingEffects.Effect, _ isProven: Bool,
    _ secrets: SecretPlaces, _ bytes: UnsafeRawBufferPointer
  ) {
    let segment = batch.segments[candidate.segment]
    let sources = batch.sources(candidate.start, candidate.end, in: segment)
    // A string that says it by itself needs no others: they may be bystanders.
    if segment.parts != nil,
      sources.contains(where: { kept[Key(rule: candidate.rule, literal: $0.literal.lowerBound)] != nil })
    {
      return
    }
    let verdict = effect.verdict
    let level = verdict.rawValue * Severity.allCases.count + effect.severity.rawValue
    inspection.verdict = max(inspection.verdict, verdict)
    for source in sources {
      let entry = source.entryIndex
      if let entry { inspection.entryVerdicts[entry] = max(inspection.entryVerdicts[entry] ?? .clean, verdict) }
      if verdict > .flag { noteOffence(source, verdict, rules.cores[candidate.rule].id) }
    }

    let key = Key(rule: candidate.rule, literal: sources[0].literal.lowerBound)
    var seen = kept[key, default: Kept()]
    // The same passage shows in several views of a string; it is kept again only where it weighs more.
    let view: View = candidate.isUnchanged ? .folded : segment.view
    if seen.count > 0, view != .text, level <= seen.strongest { return }
    let isStronger = level > seen.strongest
    seen.count += 1
    seen.strongest = max(seen.strongest, level)
    kept[key] = seen
    guard seen.count <= Self.repeats || isStronger, makeRoom(for: level) else {
      inspection.droppedFindings += 1
      return
    }
    let core = rules.cores[candidate.rule]
    levels[level].append(
      Finding(
        rule: core.id, name: core.name, category: core.category, severity: effect.severity, isProven: isProven,
        role: batch.role(candidate.start, candidate.end, in: segment), view: view,
        place: place(of: candidate, segment, sources[0]),
        excerpt: Excerpt.of(
          bytes, segment.start..<segment.end, match: candidate.start..<candidate.end, isSensitive: core.isSensitive,
          secrets: secrets.near(candidate)),
        override: verdict == Verdict(effect.severity) ? nil : verdict))
    keptCount += 1
  }

  /// Keeps the strongest findings when there are too many.
  private mutating func makeRoom(for level: Int) -> Bool {
    if keptCount < Inspection.maximumFindings { return true }
    for weaker in 0..<level where !levels[weaker].isEmpty {
      levels[weaker].removeLast()
      keptCount -= 1
      inspection.droppedFindings += 1
      return true
    }
    return false
  }

  private func place(
    of candidate: Candidate, _ segment: TextBatch.Segment, _ source: TextBatch.Source
  ) -> Finding.Place {
    // Only the plain view has the offsets of the string itself.
    let range =
      segment.view == .text && !candidate.isUnchanged
      ? (candidate.start - segment.start)..<(candidate.end - segment.start) : segment.sourceStart..<segment.sourceEnd
    return Finding.Place(
      range: range, literal: source.literal, entry: source.entryIndex, isName: source.isName)
  }

  private mutating func noteOffence(_ source: TextBatch.Source, _ verdict: Verdict, _ rule: String) {
    // Views of one string stand side by side, so that looking at the last one is enough.
    if let last = inspection.offending.indices.last,
      inspection.offending[last].literal.lowerBound == source.literal.lowerBound
    {
      if inspection.offending[last].verdict < verdict {
        inspection.offending[last].verdict = verdict
        inspection.offending[last].rule = rule
      }
      return
    }
    inspection.offending.append(
      Inspection.Offence(
        literal: source.literal, isName: source.isName, entry: source.entryIndex, verdict: verdict, rule: rule))
  }
}
