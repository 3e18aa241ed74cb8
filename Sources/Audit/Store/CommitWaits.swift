import Threads

/// Those who wait for rows: each is told once. Touched only with the store's mutex held; whoever is taken out is told
/// after it was let go.
struct CommitWaits {
  typealias Finish = @Sendable (StoreCore.WaitedOutcome) -> Void

  private struct Wait {
    let deadline: MonotonicTime
    let finish: Finish
  }

  /// By ticket.
  private var waits: [UInt64: Wait] = [:]

  var isEmpty: Bool { waits.isEmpty }

  mutating func add(_ ticket: UInt64, until deadline: MonotonicTime, _ finish: @escaping Finish) {
    waits[ticket] = Wait(deadline: deadline, finish: finish)
  }

  /// Nil when nobody waits for that row any more.
  mutating func take(_ ticket: UInt64) -> Finish? { waits.removeValue(forKey: ticket)?.finish }

  mutating func takeAll() -> [Finish] {
    defer { waits.removeAll() }
    return waits.values.map(\.finish)
  }

  /// Linear in those who wait.
  mutating func takeOverdue(at now: MonotonicTime) -> [Finish] {
    let overdue = waits.filter { $0.value.deadline <= now }
    for ticket in overdue.keys { waits[ticket] = nil }
    return overdue.values.map(\.finish)
  }

  /// Linear in those who wait.
  var firstDeadline: MonotonicTime? { waits.values.map(\.deadline).min() }
}

/// What a blocked thread waits for.
// @unchecked: `outcome` is read and written with `lock` held.
final class CommitArrival: @unchecked Sendable {
  private let lock = Lock()
  private let changed = Condition()
  private var outcome: StoreCore.WaitedOutcome?

  func report(_ outcome: StoreCore.WaitedOutcome) {
    lock.withLock { self.outcome = outcome }
    changed.signal()
  }

  /// Nil when the time has passed.
  func wait(until deadline: MonotonicTime) -> StoreCore.WaitedOutcome? {
    lock.lock()
    defer { lock.unlock() }
    while outcome == nil, changed.wait(lock, until: deadline) {}
    return outcome
  }

  /// For a report that is certain to come.
  func wait() -> StoreCore.WaitedOutcome {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if let outcome { return outcome }
      changed.wait(lock)
    }
  }
}
