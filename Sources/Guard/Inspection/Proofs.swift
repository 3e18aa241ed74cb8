/// Answers whether a candidate has a second, independent signal beside it.
///
/// Another signal counts when its rule names another `signal`, its ceiling is medium or more, and it stands in the same
/// text within 4 KiB without overlapping, or in another string of the same list entry. A text and the folded passages of it
/// are one text.
struct Proofs {
  private let candidates: [Candidate]
  private let signals: [Int]
  private let counts: [Bool]
  private let bySegment: SignalNeighbours
  /// By whole text, when there are passages; with the place of each candidate in that order.
  private var byText: SignalNeighbours?
  private var rank: [Int] = []
  private var entries: [Int32: [EntrySignal]] = [:]
  private let literals: [Int]
  private let entryOf: [Int32]

  private struct EntrySignal {
    var signal: Int
    var literal: Int
  }

  /// Pairs of signal and string remembered for one list entry.
  private static let signalsPerEntry = 16

  /// - Parameter candidates: ordered by segment, then by start. O(n), with passages O(n log n).
  init(_ candidates: [Candidate], _ rules: RuleSet, _ batch: TextBatch) {
    self.candidates = candidates
    let signals = candidates.map { rules.cores[$0.rule].signal }
    let counts = candidates.map { candidate in
      let roles = batch.roles(candidate.start, candidate.end, in: batch.segments[candidate.segment])
      return rules.cores[candidate.rule].ceiling(in: roles) >= .medium
    }
    (self.signals, self.counts) = (signals, counts)
    literals = candidates.map { batch.segments[$0.segment].literalStart }
    entryOf = candidates.map { batch.segments[$0.segment].entry }
    bySegment = SignalNeighbours(
      candidates.indices.map { index in
        let candidate = candidates[index]
        return SignalNeighbours.Place(
          text: candidate.segment, start: candidate.start, end: candidate.end, signal: signals[index],
          counts: counts[index])
      })
    noteEntries()
    if candidates.contains(where: { batch.segments[$0.segment].isPassage }) { noteTexts(batch) }
  }

  func hasSecondSignal(_ index: Int) -> Bool {
    bySegment.hasOther(index) || (byText?.hasOther(rank[index]) ?? false) || hasSecondSignalInEntry(index)
  }

  // MARK: Private

  /// The place in the whole text, of a passage about.
  private mutating func noteTexts(_ batch: TextBatch) {
    let places = candidates.indices.map { index in
      let candidate = candidates[index]
      let segment = batch.segments[candidate.segment]
      let shift = segment.passageStart - segment.start
      return SignalNeighbours.Place(
        text: segment.wholeStart, start: candidate.start + shift, end: candidate.end + shift, signal: signals[index],
        counts: counts[index], passage: segment.reach)
    }
    let order = places.indices.sorted {
      (places[$0].text, places[$0].start, $0) < (places[$1].text, places[$1].start, $1)
    }
    rank = Array(repeating: 0, count: order.count)
    for (position, index) in order.enumerated() { rank[index] = position }
    byText = SignalNeighbours(order.map { places[$0] })
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
