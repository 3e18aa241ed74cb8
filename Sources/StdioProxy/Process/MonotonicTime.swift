#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A moment of the clock that never goes back; for deadlines, not for records.
struct MonotonicTime: Comparable, Sendable {
  let nanoseconds: UInt64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  static func + (time: MonotonicTime, milliseconds: Milliseconds) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ UInt64(max(0, milliseconds)) &* 1_000_000)
  }

  /// For poll(2): rounded up, so that a wait never ends before the moment; 0 when it has passed; at most an hour.
  func millisecondsFrom(_ now: MonotonicTime) -> Int32 {
    guard self > now else { return 0 }
    return Int32(min((nanoseconds - now.nanoseconds + 999_999) / 1_000_000, 3_600_000))
  }
}

package typealias Milliseconds = Int
