import Threads

/// What a task hands to a thread that waits for it: once.
// @unchecked: `value` is read and written with `lock` held.
final class Handover<Value: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private let changed = Condition()
  private var value: Value?

  func give(_ value: Value) {
    lock.withLock { self.value = value }
    changed.broadcast()
  }

  /// Blocks until something was given.
  func take() -> Value {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if let value { return value }
      changed.wait(lock)
    }
  }
}
