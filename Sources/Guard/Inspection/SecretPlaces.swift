/// Where secrets stand, for masking what is written down of other matches.
struct SecretPlaces {
  private let places: [Candidate]
  private let longest: Int

  /// - Parameter candidates: ordered by segment, then by start.
  init(_ candidates: [Candidate], _ rules: RuleSet) {
    places = candidates.filter { rules.cores[$0.rule].isSensitive }
    longest = places.reduce(0) { max($0, $1.end - $1.start) }
  }

  /// All that overlap a match, and perhaps some more. Logarithmic.
  func near(_ match: Candidate) -> some Sequence<Range<Int>> {
    let first = index(match.segment, match.start - longest)
    return places[first..<max(first, index(match.segment, match.end))].lazy.map { $0.start..<$0.end }
  }

  /// The first place that begins at or behind an offset.
  private func index(_ segment: Int, _ start: Int) -> Int {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if (places[middle].segment, places[middle].start) < (segment, start) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
