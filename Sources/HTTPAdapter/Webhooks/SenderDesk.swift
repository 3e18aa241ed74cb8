import Audit
import Threads

/// The outbox as the sender's tasks use it: one call at a time, on a thread of its own.
// @unchecked: `queue` is used on the one thread of `pool` only.
final class SenderDesk: @unchecked Sendable {
  private let path: String
  private let pool = WorkerPool(threads: 1, maximumWaiting: 10_000)
  private var queue: OutboxQueue?
  /// Differs for each process, and for each sender in one.
  private let owner = "\(UInt64.random(in: 0 ... .max))"

  init(path: String) { self.path = path }

  func beat() async throws(SenderFailure) {
    try await run { (queue) throws(DatabaseError) in try queue.beat() }
  }

  func claim(
    for interests: [OutboxInterest], only names: Set<String>, leaseSeconds: Int64, limit: Int
  ) async throws(SenderFailure) -> [OutboxDelivery] {
    guard !names.isEmpty else { return [] }
    return try await run { [owner] (queue) throws(DatabaseError) in
      let now = Timestamp.now
      return try queue.claim(
        for: interests, only: names, owner: owner, at: now, lease: now + leaseSeconds * 1_000_000, limit: limit)
    }
  }

  func finish(_ delivery: OutboxDelivery) async throws(SenderFailure) {
    try await run { (queue) throws(DatabaseError) in try queue.finish(delivery) }
  }

  func postpone(_ delivery: OutboxDelivery, by delay: Int64) async throws(SenderFailure) {
    try await run { [owner] (queue) throws(DatabaseError) in
      try queue.postpone(delivery, owner: owner, until: Timestamp.now + delay)
    }
  }

  /// Leaves what was taken and not finished to others.
  func release() async throws(SenderFailure) {
    try await run { [owner] (queue) throws(DatabaseError) in try queue.release(owner: owner) }
  }

  func giveUp(_ delivery: OutboxDelivery, _ problem: String) async throws(SenderFailure) {
    try await run { (queue) throws(DatabaseError) in try queue.giveUp(delivery, problem: problem) }
  }

  private func run<Result: Sendable>(
    _ body: @escaping @Sendable (OutboxQueue) throws(DatabaseError) -> Result
  ) async throws(SenderFailure) -> Result {
    let outcome = await pool.run { self.perform(body) }
    switch outcome {
    case .success(let result)?: return result
    case .failure(let error)?: throw SenderFailure(description: error.description)
    case nil: throw SenderFailure(description: "too much to write down at once")
    }
  }

  /// A connection that failed is opened anew.
  private func perform<Result>(
    _ body: (OutboxQueue) throws(DatabaseError) -> Result
  ) -> Swift.Result<Result, DatabaseError> {
    do throws(DatabaseError) {
      let queue: OutboxQueue
      if let open = self.queue { queue = open } else { queue = try OutboxQueue(path: path) }
      self.queue = queue
      return .success(try body(queue))
    } catch {
      queue = nil
      return .failure(error)
    }
  }
}

/// Why the outbox could not be used.
struct SenderFailure: Error, Sendable, CustomStringConvertible {
  let description: String
}

/// The names for which a task is at work.
// @unchecked: `set` is read and written with `lock` held.
final class BusyNames: @unchecked Sendable {
  private let lock = Lock()
  private var set: Set<String> = []

  var names: Set<String> { lock.withLock { set } }
  func insert(_ name: String) { lock.withLock { _ = set.insert(name) } }
  func remove(_ name: String) { lock.withLock { _ = set.remove(name) } }
}
