#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment of the clock that never goes back; for waits and deadlines, not for records.
package struct MonotonicTime: Comparable, Sendable {
  package struct Interval: Sendable, Equatable {
    package let nanoseconds: UInt64

    /// Negative counts as zero; more than a day counts as a day, so that sums cannot overflow.
    package static func milliseconds(_ count: Int) -> Interval {
      Interval(nanoseconds: UInt64(min(max(0, count), 86_400_000)) * 1_000_000)
    }
  }

  package let nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  package static func + (time: MonotonicTime, interval: Interval) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ interval.nanoseconds)
  }

  /// For poll(2): rounded up, so that a wait never ends before the moment; 0 when it has passed; at most an hour.
  package func millisecondsFrom(_ now: MonotonicTime) -> Int32 {
    guard self > now else { return 0 }
    return Int32(min((nanoseconds - now.nanoseconds + 999_999) / 1_000_000, 3_600_000))
  }
}
