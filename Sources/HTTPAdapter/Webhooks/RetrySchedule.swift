/// When something that could not be told is tried again.
///
/// Times are chosen at random within a fifth around the table's, so that many that failed together do not come back
/// together.
struct RetrySchedule: Sendable, Equatable {
  /// Seconds before the second attempt, the third, and so on. After the last the notice is given up.
  var seconds: [Int] = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600]
  /// The longest `Retry-After` that is heeded, in seconds.
  var longestRetryAfter = 3600

  /// - Parameter attempts: those before the one that just failed.
  /// - Returns: microseconds; nil when it is to be given up.
  func delay(afterAttempts attempts: Int, retryAfter: Int? = nil) -> Int64? {
    guard seconds.indices.contains(attempts) else { return nil }
    return jittered(max(seconds[attempts], min(retryAfter ?? 0, longestRetryAfter)))
  }

  /// The same without an end: the last pause again and again, at most an hour.
  func endlessDelay(afterAttempts attempts: Int, retryAfter: Int? = nil) -> Int64 {
    let pause = min(seconds[min(max(0, attempts), seconds.count - 1)], 3600)
    return jittered(max(pause, min(retryAfter ?? 0, longestRetryAfter)))
  }

  private func jittered(_ seconds: Int) -> Int64 {
    let microseconds = Int64(seconds) * 1_000_000
    return microseconds + Int64.random(in: -microseconds / 5...microseconds / 5)
  }
}
