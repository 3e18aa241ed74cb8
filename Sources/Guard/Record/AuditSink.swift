/// Where records go. Guard and the relay know this and no database.
package protocol AuditSink: Sendable {
  /// Queues a record and returns at once, or, when the queue is full and `mayWait` is set, waits at most two
  /// seconds for room.
  ///
  /// - Parameter mayWait: false in observe, where a record that does not fit is counted and becomes part of a
  ///   `gap` record; true in enforce.
  func enqueue(_ entry: AuditEntry, mayWait: Bool) -> EnqueueOutcome

  /// Queues a record and waits until it is committed, at most `milliseconds`.
  ///
  /// For the record of a stopped frame: its reply may say whether the record stands.
  func commit(_ entry: AuditEntry, withinMilliseconds milliseconds: Int) -> CommitOutcome

  /// Whether the store takes records at the moment. False after a failed write until one succeeds.
  var isAvailable: Bool { get }
}

package enum EnqueueOutcome: Sendable, Equatable {
  case queued
  /// Counted for a `gap` record; the queue was full or the store is failing.
  case dropped
}

package enum CommitOutcome: Sendable, Equatable {
  case committed
  /// Queued, but not committed within the time given. It will be, if the store recovers.
  case late
  case dropped
}
