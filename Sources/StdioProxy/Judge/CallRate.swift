/// How many calls there were in the last minute.
struct CallRate: Sendable {
  /// Moments of calls, oldest first; those before `head` lie too far back.
  private var moments: [Int64] = []
  private var head = 0

  private static let minute: Int64 = 60_000_000
  /// Beyond this nobody means a limit.
  private static let largest = 100_000

  /// Whether one more call at `now` keeps to `limit` in any sixty seconds; if so it is counted. The limit may change from
  /// call to call. O(1) amortised; at most twice the largest limit is kept.
  mutating func admits(at now: Int64, perMinute limit: Int) -> Bool {
    while head < moments.count, now - moments[head] >= Self.minute { head += 1 }
    if head > moments.count / 2 {
      moments.removeSubrange(..<head)
      head = 0
    }
    guard moments.count - head < min(limit, Self.largest) else { return false }
    moments.append(now)
    return true
  }
}
