import Threads

/// Threads for work that blocks: waiting for the disk must not hold the few threads on which Swift's tasks run.
///
/// Threads start on demand and stay. Work that finds all of them busy waits in a queue of bounded length.
// @unchecked: every `var` is read and written with `lock` held.
package final class WorkerPool: @unchecked Sendable {
  private let maximumThreads: Int
  private let maximumWaiting: Int
  private let lock = Lock()
  private let wake = Condition()
  private var waiting: [@Sendable () -> Void] = []
  private var head = 0
  private var threads = 0
  private var idle = 0

  package init(threads: Int, maximumWaiting: Int) {
    maximumThreads = max(1, threads)
    self.maximumWaiting = maximumWaiting
  }

  /// Runs `body` on a thread of the pool.
  ///
  /// - Returns: its result; nil when too much waits already, or the system has no thread to give.
  package func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result? {
    await withCheckedContinuation { continuation in
      let isTaken = submit { continuation.resume(returning: body()) }
      if !isTaken { continuation.resume(returning: nil) }
    }
  }

  /// Pieces of work that wait for a thread.
  package var waitingCount: Int { lock.withLock { waiting.count - head } }

  /// Has `work` done by a thread of the pool.
  ///
  /// - Returns: false when it will not be.
  func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard waiting.count - head < maximumWaiting else { return false }
    if idle <= waiting.count - head, threads < maximumThreads {
      threads += 1
      // The new thread waits for the lock at first.
      if !BackgroundThread.start({ self.loop() }) {
        threads -= 1
        guard threads > 0 else { return false }
      }
    }
    waiting.append(work)
    wake.signal()
    return true
  }

  private func loop() {
    while true {
      lock.lock()
      idle += 1
      while head == waiting.count { wake.wait(lock) }
      idle -= 1
      let work = waiting[head]
      head += 1
      if head == waiting.count {
        waiting.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1024 {
        waiting.removeSubrange(..<head)
        head = 0
      }
      lock.unlock()
      work()
    }
  }
}
