/// Where withheld messages wait, as the relay and the other doors see it. They know this and no database.
package protocol QuarantineStore: Sendable {
  /// Stores a withheld message and its record in one transaction, and waits until they are committed.
  ///
  /// The entry comes with status `quarantined` and decision `content_quarantined`. When the item cannot be held (too
  /// large, the quarantine is full, no key to encrypt with) the store writes the record as `blocked` and
  /// `content_blocked` instead, with the reason. A message that already waits (the same key, and for a result the
  /// same bytes) gets no second item; its record points to the first.
  func hold(_ item: QuarantineItem, with entry: AuditEntry, withinMilliseconds milliseconds: Int) -> HoldOutcome

  /// Whether an approval may be waiting, for whatever key. Ask before making a key: nearly always it is false.
  ///
  /// Costs one stat(2) while nothing changes, and a question to the database once a second. False when the store cannot
  /// say.
  var mayHaveApprovals: Bool { get }

  /// Uses up an approval for this key, if there is one: among all processes exactly one call gets it. A stored result
  /// comes before a permission to pass, and the oldest first.
  ///
  /// Nil when there is none, when it expired, and when the store cannot say: then nothing passes. Waits for the disk
  /// only when there is one.
  func takeApproval(for key: ApprovalKey) -> Approval?
}

/// What became of a message that was to be held.
package enum HoldOutcome: Sendable, Equatable {
  /// Item and record are committed. The id names the item; the same message may have been waiting under it before.
  case held(item: EventID)
  /// Not held: to be answered as blocked. With what became of the record.
  case blocked(CommitOutcome)
  /// Queued, but not committed in time, so that nothing can be promised: to be answered as blocked, `recorded: false`.
  case late
}
