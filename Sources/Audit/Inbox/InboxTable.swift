import Guard

/// The inboxes within a transaction of `RecordAppender`.
extension RecordAppender {
  /// Writes the record of a message and what hangs on it. Nil when the database refuses the record.
  ///
  /// - Parameter sealed: the payload; nil when it cannot be encrypted, or is not to be stored.
  func submit(
    _ message: MessageSubmission, _ sealed: SealedItem?, with entry: AuditEntry, limits: InboxLimits
  ) throws(DatabaseError) -> SubmissionOutcome? {
    // After a commit that succeeded without our hearing of it.
    if try standing(entry) != nil, let written = try record(entry.id) { return SubmissionOutcome(written: written) }
    if let attempt = message.attempt, let earlier = try earlier(message, entry) {
      if earlier.payloadHash == attempt.payloadHash { return .earlier(earlier.record) }
      return try refuse(entry, .conflict)
    }
    if let signature = message.signedOnce, try isSeen(signature.key) { return try refuse(entry, .repeated) }

    var written = entry
    switch entry.status {
    case .delivered where message.isDelivered:
      guard let sealed else {
        written = entry.unavailable("it cannot be encrypted")
        guard try append(written) else { return nil }
        return .recorded(written)
      }
      guard try hasRoom(for: sealed, to: entry.to, limits) else { return try refuse(entry, .inboxFull) }
      guard try append(entry) else { return nil }
      try deliver(sealed.sealed, message.messageID, of: entry, from: entry.from, bytes: sealed.payloadBytes)
    case .quarantined:
      guard let sealed else {
        written = entry.blocked("it cannot be encrypted")
        guard try append(written) else { return nil }
        break
      }
      guard try hold(sealed, with: entry) != nil, let held = try record(entry.id) else { return nil }
      written = held
      try name(held.quarantineItem, message.messageID)
    default:
      guard try append(entry) else { return nil }
    }
    try remember(message, written)
    return .recorded(written)
  }

  /// Puts an approved message into the inbox of its recipient, with a record of its own. Does nothing with other items.
  ///
  /// Beyond the limits of the inbox too: a person has said yes, and the quarantine is bounded.
  func deliverApproved(_ item: EventID, at moment: Int64) throws(DatabaseError) {
    let find = try database.cached(
      "SELECT payload, payload_bytes, message_id FROM quarantine WHERE id = ?1 AND kind = ?2 AND state = ?3")
    defer { find.reset() }
    try find.bind(item.description, at: 1)
    try find.bind(QuarantineItem.Kind.message.code, at: 2)
    try find.bind(QuarantineState.approved.code, at: 3)
    guard try find.step(), let sealed = find.bytes(0), let held = try record(item) else { return }
    let (bytes, messageID) = (Int(find.integer(1)), find.text(2) ?? item.description)

    var entry = held
    entry.id = EventID(microseconds: moment)
    entry.timestamp = moment
    entry.status = .delivered
    entry.decision = .quarantineApproved
    entry.action = .forwarded
    entry.quarantineItem = item
    // What was found stands in the record of the item.
    entry.findings = []
    entry.reason = "delivered on approval"
    guard try append(entry) else { return }
    // Under the id of the item, under which it was sealed.
    var message = entry
    message.id = item
    try deliver(sealed, messageID, of: message, from: held.from, bytes: bytes)
    let use = try database.cached("UPDATE quarantine SET state = ?1, used_at = ?2, payload = NULL WHERE id = ?3")
    try use.bind(QuarantineState.consumed.code, at: 1)
    try use.bind(moment, at: 2)
    try use.bind(item.description, at: 3)
    try use.run()
  }

  // MARK: Private

  private enum Refusal {
    case conflict, repeated, inboxFull
  }

  private func refuse(_ entry: AuditEntry, _ refusal: Refusal) throws(DatabaseError) -> SubmissionOutcome? {
    var entry = entry
    entry.status = .rejected
    entry.action = .stopped
    entry.decision = refusal == .inboxFull ? .rateLimited : .replayed
    entry.reason =
      switch refusal {
      case .conflict: SubmissionOutcome.conflictReason
      case .repeated: SubmissionOutcome.repeatedReason
      case .inboxFull: SubmissionOutcome.inboxFullReason
      }
    guard try append(entry) else { return nil }
    return SubmissionOutcome(written: entry)
  }

  private struct EarlierAttempt {
    let payloadHash: Digest
    let record: AuditEntry
  }

  private func earlier(
    _ message: MessageSubmission, _ entry: AuditEntry
  ) throws(DatabaseError) -> EarlierAttempt? {
    let find = try database.cached(
      "SELECT payload_hash, record FROM message_seen WHERE scope = ?1 AND message_id = ?2 AND expires_at > ?3")
    defer { find.reset() }
    try find.bind(Self.scope(of: entry), at: 1)
    try find.bind(message.messageID, at: 2)
    try find.bind(entry.timestamp, at: 3)
    guard try find.step(), let hash = find.bytes(0).flatMap({ Digest(bytes: $0) }),
      let id = find.text(1).flatMap({ EventID($0) }), let record = try record(id)
    else { return nil }
    return EarlierAttempt(payloadHash: hash, record: record)
  }

  private func remember(_ message: MessageSubmission, _ entry: AuditEntry) throws(DatabaseError) {
    if let signature = message.signedOnce {
      let note = try database.cached("INSERT OR IGNORE INTO seen_signature(payload_key, expires_at) VALUES(?1, ?2)")
      try note.bind(signature.key.bytes, at: 1)
      try note.bind(signature.until, at: 2)
      try note.run()
    }
    guard let attempt = message.attempt else { return }
    // OR REPLACE: a row whose time is over.
    let note = try database.cached(
      """
      INSERT OR REPLACE INTO message_seen(scope, message_id, payload_hash, record, expires_at)
      VALUES(?1, ?2, ?3, ?4, ?5)
      """)
    try note.bind(Self.scope(of: entry), at: 1)
    try note.bind(message.messageID, at: 2)
    try note.bind(attempt.payloadHash.bytes, at: 3)
    try note.bind(entry.id.description, at: 4)
    try note.bind(attempt.until, at: 5)
    try note.run()
  }

  /// Names hold no space, so the two kinds never meet.
  private static func scope(of entry: AuditEntry) -> String {
    "\(entry.signature == .verified ? "signed" : "unsigned") \(entry.from)"
  }

  private func isSeen(_ key: Digest) throws(DatabaseError) -> Bool {
    let find = try database.cached("SELECT 1 FROM seen_signature WHERE payload_key = ?1")
    defer { find.reset() }
    try find.bind(key.bytes, at: 1)
    return try find.step()
  }

  private func hasRoom(
    for item: SealedItem, to recipient: String, _ limits: InboxLimits
  ) throws(DatabaseError) -> Bool {
    let find = try database.cached(
      "SELECT recipient = '', messages, bytes FROM inbox_usage WHERE recipient IN (?1, '')")
    defer { find.reset() }
    try find.bind(recipient, at: 1)
    while try find.step() {
      let isTotal = find.integer(0) == 1
      let (messages, bytes) =
        isTotal ? (limits.totalMessages, limits.totalBytes) : (limits.messages, limits.bytes)
      guard find.integer(1) < Int64(messages), find.integer(2) + Int64(item.payloadBytes) <= Int64(bytes) else {
        return false
      }
    }
    return item.payloadBytes <= limits.bytes
  }

  private func deliver(
    _ sealed: [UInt8], _ messageID: String, of entry: AuditEntry, from sender: String, bytes: Int
  ) throws(DatabaseError) {
    let insert = try database.cached(
      """
      INSERT INTO inbox(id, recipient, sender, message_id, created_at, signature, payload_bytes, due_at, payload)
      VALUES(?1, ?2, ?3, ?4, ?5, ?8, ?6, ?5, ?7)
      """)
    try insert.bind(entry.id.description, at: 1)
    try insert.bind(entry.to, at: 2)
    try insert.bind(sender, at: 3)
    try insert.bind(messageID, at: 4)
    try insert.bind(entry.timestamp, at: 5)
    try insert.bind(bytes, at: 6)
    try insert.bind(sealed, at: 7)
    try insert.bind(entry.signature.rawValue, at: 8)
    try insert.run()
  }

  private func name(_ item: EventID?, _ messageID: String) throws(DatabaseError) {
    guard let item else { return }
    let update = try database.cached("UPDATE quarantine SET message_id = ?1 WHERE id = ?2 AND kind = ?3")
    try update.bind(messageID, at: 1)
    try update.bind(item.description, at: 2)
    try update.bind(QuarantineItem.Kind.message.code, at: 3)
    try update.run()
  }

  private func record(_ id: EventID) throws(DatabaseError) -> AuditEntry? {
    let find = try database.cached("\(RecordColumns.select()) WHERE id = ?1")
    defer { find.reset() }
    try find.bind(id.description, at: 1)
    guard try find.step(), var entry = RecordColumns.entry(find) else { return nil }
    if RecordColumns.findingCount(find) > 0 {
      entry.findings = try FindingColumns.findings(of: find.integer(0), in: database) ?? []
    }
    return entry
  }
}

extension SubmissionOutcome {
  static let conflictReason = "its message_id stands for another message"
  static let repeatedReason = "its signature was used before"
  static let inboxFullReason = "the inbox of its recipient is full"

  /// What a record that `submit` wrote says.
  init(written entry: AuditEntry) {
    switch (entry.status, entry.reason) {
    case (.rejected, Self.conflictReason): self = .conflict(entry)
    case (.rejected, Self.repeatedReason): self = .repeated(entry)
    case (.rejected, Self.inboxFullReason): self = .inboxFull(entry)
    default: self = .recorded(entry)
    }
  }
}

extension AuditEntry {
  /// The same as not accepted, because what hangs on it cannot be stored.
  fileprivate func unavailable(_ reason: String) -> AuditEntry {
    var entry = self
    entry.status = .error
    entry.decision = .auditUnavailable
    entry.action = .stopped
    entry.reason = reason
    return entry
  }
}
