#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A mutex to hold around a few statements, and never around I/O.
// @unchecked: the mutex lives at a fixed address for as long as this object, and pthread calls are thread-safe.
package final class Lock: @unchecked Sendable {
  fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init() {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func lock() { pthread_mutex_lock(mutex) }
  package func unlock() { pthread_mutex_unlock(mutex) }

  package func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }
}

/// A condition that threads wait for while they hold a `Lock`.
// @unchecked: as for Lock.
package final class Condition: @unchecked Sendable {
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init() {
    condition = .allocate(capacity: 1)
    #if canImport(Darwin)
    pthread_cond_init(condition, nil)
    #else
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
    #endif
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
  }

  /// Lets the lock go, sleeps until a signal, and takes it again. May also wake for no reason.
  package func wait(_ lock: Lock) { pthread_cond_wait(condition, lock.mutex) }

  /// The same with an end. False when the time has passed.
  package func wait(_ lock: Lock, until deadline: MonotonicTime) -> Bool {
    let now = MonotonicTime.now
    guard now < deadline else { return false }
    #if canImport(Darwin)
    let remaining = deadline.nanoseconds - now.nanoseconds
    var time = timespec(tv_sec: Int(remaining / 1_000_000_000), tv_nsec: Int(remaining % 1_000_000_000))
    return pthread_cond_timedwait_relative_np(condition, lock.mutex, &time) != ETIMEDOUT
    #else
    var time = timespec(
      tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
    return pthread_cond_timedwait(condition, lock.mutex, &time) != ETIMEDOUT
    #endif
  }

  package func signal() { pthread_cond_signal(condition) }
  package func broadcast() { pthread_cond_broadcast(condition) }
}
