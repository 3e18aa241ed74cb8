/// The bounds of an `AuditStore`.
package struct StoreOptions: Sendable {
  /// Records that may wait to be written.
  package var maxQueuedRows = 65_536
  /// The memory that they may take, in bytes, by estimate.
  package var maxQueuedBytes = 16 * 1024 * 1024
  /// How long a record waits for company before it is committed, in milliseconds.
  package var flushMilliseconds = 75
  /// Pages of the database that are kept in memory, in KiB.
  package var cacheKilobytes = 512
  /// Pages that wait in the write-ahead log before they are put in their places.
  package var checkpointPages = 1000
  /// A commit takes at most this many records, and this many do not wait.
  package var batchRows = 1000
  /// How long `enqueue(mayWait: true)` waits for room, in milliseconds (contract, section 6).
  package var roomMilliseconds = 2000
  /// How long one attempt waits for another process's lock, in milliseconds.
  package var busyMilliseconds = 5000
  /// Pauses after failed attempts, in milliseconds: the first, doubled up to the last.
  package var firstRetryMilliseconds = 50
  package var lastRetryMilliseconds = 1000
  /// Records older than this many days are removed. 0: never.
  package var retentionDays = 0
  /// The events for which a row goes into the outbox: those that some webhook of the config wants.
  package var events: Set<String> = []
  /// The same for rules: their findings are told to the webhooks that `rules[].notify` names.
  package var notifiedRules: Set<String> = []
  package var inbox = InboxLimits()
  /// Between two looks for what is overdue, at most, in milliseconds.
  package var maintenanceMilliseconds = 60_000

  package init() {}
}

/// What `AuditStore.close` could not do.
package struct CloseReport: Sendable, Equatable {
  /// Records in the queue that were not committed in time. A write that was under way may still succeed.
  package let uncommitted: Int
  /// Records dropped since the last `gap` record, for which none could be written.
  package let unrecordedLosses: Int

  package var isComplete: Bool { uncommitted == 0 && unrecordedLosses == 0 }
}
