#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment of the clock that never goes back; for waits and deadlines, not for records.
struct MonotonicTime: Comparable {
  struct Interval: Sendable, Equatable {
    let nanoseconds: UInt64
    /// Negative counts as zero; more than a day counts as a day, so that sums cannot overflow.
    static func milliseconds(_ count: Int) -> Interval {
      Interval(nanoseconds: UInt64(min(max(0, count), 86_400_000)) * 1_000_000)
    }
  }

  let nanoseconds: UInt64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  static func + (time: MonotonicTime, interval: Interval) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ interval.nanoseconds)
  }
}
