/// Answers whether a candidate has a second, independent signal beside it.
///
/// Another signal counts when its rule names another `signal`, its ceiling is medium or more, and it stands in the same
/// text within 4 KiB without overlapping, or in another string of the same list entry.
struct Proofs {
  private let candidates: [Candidate]
  private let signals: [Int]
  private let counts: [Bool]
  /// For each candidate, the nearest one before it (after it) with another signal, in the order of candidates.
  private let previousOther: [Int]
  private let nextOther: [Int]
  private var entries: [Int32: [EntrySignal]] = [:]
  private let literals: [Int]
  private let entryOf: [Int32]

  private struct EntrySignal {
    var signal: Int
    var literal: Int
  }

  private static let reach = 4 << 10
  /// Pairs of signal and string remembered for one list entry.
  private static let signalsPerEntry = 16

  /// - Parameter candidates: ordered by segment, then by start. O(n).
  init(_ candidates: [Candidate], _ rules: RuleSet, _ batch: TextBatch) {
    self.candidates = candidates
    signals = candidates.map { rules.cores[$0.rule].signal }
    counts = candidates.map { candidate in
      let role = batch.segments[candidate.segment].role
      return rules.cores[candidate.rule].severities[Int(role.rawValue)] >= .medium
    }
    literals = candidates.map { batch.segments[$0.segment].literalStart }
    entryOf = candidates.map { batch.segments[$0.segment].entry }
    var previous = Array(repeating: -1, count: candidates.count)
    for index in candidates.indices.dropFirst() {
      previous[index] = signals[index - 1] != signals[index] ? index - 1 : previous[index - 1]
    }
    var next = Array(repeating: candidates.count, count: candidates.count)
    for index in candidates.indices.dropLast().reversed() {
      next[index] = signals[index + 1] != signals[index] ? index + 1 : next[index + 1]
    }
    previousOther = previous
    nextOther = next
    noteEntries()
  }

  /// Looks along both directions; passes over candidates of the same signal in one step.
  func hasSecondSignal(_ index: Int) -> Bool {
    let candidate = candidates[index]
    var other = previousOther[index]
    while other >= 0, isNear(candidates[other], candidate) {
      if isSecond(other, of: index) { return true }
      other -= 1
      if other >= 0, signals[other] == signals[index] { other = previousOther[other] }
    }
    other = nextOther[index]
    while other < candidates.count, isNear(candidate, candidates[other]) {
      if isSecond(other, of: index) { return true }
      other += 1
      if other < candidates.count, signals[other] == signals[index] { other = nextOther[other] }
    }
    return hasSecondSignalInEntry(index)
  }

  // MARK: Private

  private func isNear(_ first: Candidate, _ second: Candidate) -> Bool {
    first.segment == second.segment && second.start - first.start <= Self.reach
  }

  private func isSecond(_ other: Int, of index: Int) -> Bool {
    counts[other] && signals[other] != signals[index] && !candidates[other].overlaps(candidates[index])
  }

  private mutating func noteEntries() {
    for index in candidates.indices where entryOf[index] >= 0 && counts[index] {
      var known = entries[entryOf[index], default: []]
      guard known.count < Self.signalsPerEntry,
        !known.contains(where: { $0.signal == signals[index] && $0.literal == literals[index] })
      else { continue }
      known.append(EntrySignal(signal: signals[index], literal: literals[index]))
      entries[entryOf[index]] = known
    }
  }

  private func hasSecondSignalInEntry(_ index: Int) -> Bool {
    guard entryOf[index] >= 0, let known = entries[entryOf[index]] else { return false }
    return known.contains { $0.signal != signals[index] && $0.literal != literals[index] }
  }
}
