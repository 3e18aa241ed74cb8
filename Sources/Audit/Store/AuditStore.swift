import Guard
import Threads

/// The audit store: records go into a bounded queue, and one thread writes them to SQLite in groups.
///
/// Many stores, in one process or in many, may write to one database. Callers never wait for the disk, except in
/// `commit` and in `enqueue(mayWait: true)` on a full queue, both bounded.
///
/// While the database cannot be written (disk full, lock held for long, folder gone, a newer schema) records stay in the
/// queue, and the thread tries again after 50 ms to 1 s, or when a `commit` asks. Records that no longer fit are counted,
/// and one record with action `gap` stands for them once the database takes records again. When the file was removed, a
/// new one is begun, with a `gap` record that says so.
///
/// It keeps the quarantine too, see `QuarantineStore`.
package final class AuditStore: AuditSink {
  let core: StoreCore
  let approvals: Approvals

  /// Returns at once; the database is opened, and if need be created, on the store's own thread.
  ///
  /// - Parameter onFailure: called on that thread once per outage, with its first cause.
  package init(
    path: String, options: StoreOptions = StoreOptions(),
    onFailure: @escaping @Sendable (DatabaseError) -> Void = { _ in }
  ) {
    let core = StoreCore(path: path, options: options, onFailure: onFailure)
    self.core = core
    approvals = Approvals(path: path)
    core.start()
  }

  /// The same, but waits until the database is open.
  ///
  /// - Throws: why it could not be opened, after at most twice `busyMilliseconds` if another process holds it.
  package static func open(path: String, options: StoreOptions = StoreOptions()) throws(DatabaseError) -> AuditStore {
    let store = AuditStore(path: path, options: options)
    do {
      try store.core.waitUntilOpened()
    } catch {
      _ = store.close(withinMilliseconds: 0)
      throw error
    }
    return store
  }

  deinit { core.beginClosing(at: MonotonicTime.now) }

  package func enqueue(_ entry: AuditEntry, mayWait: Bool) -> EnqueueOutcome {
    core.enqueue(entry, mayWait: mayWait)
  }

  package func commit(_ entry: AuditEntry, withinMilliseconds milliseconds: Int) -> CommitOutcome {
    switch core.commit(entry, within: .milliseconds(milliseconds)) {
    case .written, .special: .committed
    case .late: .late
    case .dropped: .dropped
    }
  }

  /// Queues the record of something that may happen once, and waits until it is committed and survives power loss.
  ///
  /// - Parameters:
  ///   - key: what must not have been seen. `VerifiedSender.replayKey`.
  ///   - until: microseconds since 1970; from then on the key may be forgotten.
  ///   - repetition: written instead of `entry` when the key was seen before, by whatever process.
  package func commit(
    _ entry: AuditEntry, once key: Digest, until: Int64, otherwise repetition: AuditEntry,
    withinMilliseconds milliseconds: Int
  ) -> OnceOutcome {
    switch core.commit(
      entry, .once(key, until: until, otherwise: repetition), within: .milliseconds(milliseconds))
    {
    case .written: .first
    case .special(.repeated): .repeated
    case .special, .dropped: .dropped
    case .late: .late
    }
  }

  package var isAvailable: Bool { core.failure == nil }

  /// Why the last attempt to open or to write failed; nil when it succeeded or none was made.
  package var failure: DatabaseError? { core.failure }

  /// Commits what is queued, closes the database and takes no more records. Later calls change nothing.
  ///
  /// Returns within `milliseconds`, plus at most a few for a thread that is just waking. Without a report of
  /// completeness the thread may still be held by the disk; it then ends by itself.
  package func close(withinMilliseconds milliseconds: Int = 2000) -> CloseReport {
    core.close(by: MonotonicTime.now + .milliseconds(milliseconds))
  }
}

/// What became of something that may happen once.
package enum OnceOutcome: Sendable, Equatable {
  /// Committed, and nobody can do it again.
  case first
  /// It was seen before; that is recorded.
  case repeated
  /// Not committed in time: nobody knows yet.
  case late
  case dropped
}
