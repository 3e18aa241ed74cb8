/// How long things took, in buckets whose bounds never change.
struct Histogram: Sendable {
  /// Upper bounds in microseconds.
  static let bounds: [Int64] = [
    250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
  ]

  /// One more than there are bounds: the last takes the rest.
  private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  private(set) var sum: Int64 = 0

  mutating func add(_ microseconds: Int64) {
    counts[Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count] += 1
    sum += microseconds
  }
}
