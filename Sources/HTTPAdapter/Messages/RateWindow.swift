/// How often something happened in the last minute: at most so many in any sixty seconds.
struct RateWindow: Sendable {
  /// Moments, oldest first; those before `head` lie too far back.
  private var moments: [Int64] = []
  private var head = 0

  private static let minute: Int64 = 60_000_000
  /// Beyond this nobody means a limit.
  private static let largest = 100_000

  /// Counts one more, unless that would be too many.
  ///
  /// The limit may change from call to call. O(1) amortised; at most twice the largest limit is kept.
  ///
  /// - Parameter now: microseconds of a clock that does not go back.
  /// - Returns: nil when it was counted, else how long to wait, in microseconds.
  mutating func admit(at now: Int64, perMinute limit: Int) -> Int64? {
    while head < moments.count, now - moments[head] >= Self.minute { head += 1 }
    if head > moments.count / 2 {
      moments.removeSubrange(..<head)
      head = 0
    }
    let limit = min(limit, Self.largest)
    guard limit > 0 else { return Self.minute }
    guard moments.count - head < limit else {
      // Room is made when that one falls out of the window.
      return Self.minute - (now - moments[moments.count - limit])
    }
    moments.append(now)
    return nil
  }
}
