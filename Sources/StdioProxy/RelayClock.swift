#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The clocks of a session; tests bring their own.
package struct RelayClock: Sendable {
  /// Microseconds since 1970.
  package var now: @Sendable () -> Int64
  /// Microseconds of a clock that never goes back.
  package var steady: @Sendable () -> Int64

  package init(now: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> Int64) {
    self.now = now
    self.steady = steady
  }

  /// This machine's clocks.
  package static let system = RelayClock(
    now: { microseconds(CLOCK_REALTIME) }, steady: { microseconds(CLOCK_MONOTONIC) })

  private static func microseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
