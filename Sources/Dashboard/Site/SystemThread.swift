import Threads

/// The one thread on which a `DashboardSystem` lives. Reading a database blocks, and the threads that serve requests
/// must not.
final class SystemThread: Sendable {
  typealias Job = @Sendable (any DashboardSystem) -> Void

  private let queue = JobQueue()
  private let hasStarted: Bool

  /// - Parameter make: called on the thread.
  init(_ make: @escaping @Sendable () -> any DashboardSystem) {
    // The thread holds the queue and not its owner, which therefore can end it.
    let queue = queue
    hasStarted = BackgroundThread.start {
      let system = make()
      while let job = queue.next() { job(system) }
    }
  }

  deinit { queue.stop() }

  /// Runs on the system's thread. Nil when too much waits there already.
  func run<Result: Sendable>(_ body: @escaping @Sendable (any DashboardSystem) -> Result) async -> Result? {
    guard hasStarted else { return nil }
    return await withCheckedContinuation { continuation in
      let isTaken = queue.add { continuation.resume(returning: body($0)) }
      if !isTaken { continuation.resume(returning: nil) }
    }
  }
}

/// What waits for the thread.
// @unchecked: everything mutable is read and written under `lock`.
private final class JobQueue: @unchecked Sendable {
  /// Requests that wait at the same time; what comes then is told to come back.
  private static let capacity = 64

  private let lock = Lock()
  private let condition = Condition()
  private var jobs: [SystemThread.Job] = []
  private var isStopped = false

  /// The next job; nil when there will be none.
  func next() -> SystemThread.Job? {
    lock.lock()
    defer { lock.unlock() }
    while jobs.isEmpty {
      if isStopped { return nil }
      condition.wait(lock)
    }
    return jobs.removeFirst()
  }

  func add(_ job: @escaping SystemThread.Job) -> Bool {
    lock.withLock {
      guard !isStopped, jobs.count < Self.capacity else { return false }
      jobs.append(job)
      condition.signal()
      return true
    }
  }

  func stop() {
    lock.withLock {
      isStopped = true
      condition.signal()
    }
  }
}
