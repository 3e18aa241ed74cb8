/// Candidates in the order in which they stand in their texts, to find one with another signal near a given one.
struct SignalNeighbours {
  struct Place {
    /// Candidates of different texts are not near each other.
    var text: Int
    var start: Int
    var end: Int
    var signal: Int
    /// Whether it counts as a second signal.
    var counts: Bool
    /// The passage in which it was found, instead of the text itself. What the text has there, the passage has too.
    var passage: Range<Int>?
  }

  private let places: [Place]
  /// For each place, the nearest one before it (after it) with another signal.
  private let previousOther: [Int]
  private let nextOther: [Int]

  private static let reach = 4 << 10

  /// - Parameter places: ordered by text, then by start. O(n).
  init(_ places: [Place]) {
    self.places = places
    var previous = Array(repeating: -1, count: places.count)
    for index in places.indices.dropFirst() {
      previous[index] = places[index - 1].signal != places[index].signal ? index - 1 : previous[index - 1]
    }
    var next = Array(repeating: places.count, count: places.count)
    for index in places.indices.dropLast().reversed() {
      next[index] = places[index + 1].signal != places[index].signal ? index + 1 : next[index + 1]
    }
    previousOther = previous
    nextOther = next
  }

  /// Looks along both directions, 4 KiB far; passes over candidates of the same signal in one step.
  func hasOther(_ index: Int) -> Bool {
    let place = places[index]
    var other = previousOther[index]
    while other >= 0, isNear(places[other], place) {
      if isSecond(places[other], of: place) { return true }
      other -= 1
      if other >= 0, places[other].signal == place.signal { other = previousOther[other] }
    }
    other = nextOther[index]
    while other < places.count, isNear(place, places[other]) {
      if isSecond(places[other], of: place) { return true }
      other += 1
      if other < places.count, places[other].signal == place.signal { other = nextOther[other] }
    }
    return false
  }

  private func isNear(_ first: Place, _ second: Place) -> Bool {
    first.text == second.text && second.start - first.start <= Self.reach
  }

  private func isSecond(_ other: Place, of place: Place) -> Bool {
    guard other.counts, other.signal != place.signal, other.end <= place.start || other.start >= place.end else {
      return false
    }
    return isMissing(other, in: place.passage) && isMissing(place, in: other.passage)
  }

  private func isMissing(_ place: Place, in passage: Range<Int>?) -> Bool {
    guard let passage, place.passage == nil else { return true }
    // What touches an end of the passage is not found in it.
    return place.start <= passage.lowerBound || place.end >= passage.upperBound
  }
}
