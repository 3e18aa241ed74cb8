/// How many calls there were in the last minute.
struct CallRate: Sendable {
  /// Moments of the last calls, a ring of at most `limit`.
  private var moments: [Int64] = []
  private var next = 0

  private static let minute: Int64 = 60_000_000
  /// Beyond this nobody means a limit.
  private static let largest = 100_000

  /// Whether one more call at `now` keeps to `limit` in any sixty seconds; if so it is counted. O(1).
  mutating func admits(at now: Int64, perMinute limit: Int) -> Bool {
    let limit = min(limit, Self.largest)
    guard limit > 0 else { return false }
    if moments.count < limit {
      moments.append(now)
      return true
    }
    guard now - moments[next] >= Self.minute else { return false }
    moments[next] = now
    next = (next + 1) % limit
    return true
  }
}
