import Guard

/// A withheld message as it is written: sealed already, because sealing takes time and a transaction holds the lock.
struct SealedItem {
  let kind: QuarantineItem.Kind
  let key: ApprovalKey?
  let expires: Int64
  let payloadHash: Digest
  let payloadBytes: Int
  let sealed: [UInt8]

  /// Nil when libsodium fails.
  init?(_ item: QuarantineItem, id: EventID, with key: SealingKey) {
    guard let sealed = key.seal(item.payload, as: Self.name(id)) else { return nil }
    kind = item.kind
    self.key = item.key
    expires = item.expires
    payloadHash = item.payload.withUnsafeBytes { SHA256.digest($0) }
    payloadBytes = item.payload.count
    self.sealed = sealed
  }

  static func name(_ id: EventID) -> String { "quarantine \(id)" }
}

/// The quarantine within a transaction of `RecordAppender`. Each change of an item is a record, too.
extension RecordAppender {
  /// Items that may be open at once, and the bytes that they may hold together. What comes then is blocked.
  static let openItems: Int64 = 1000
  static let openBytes: Int64 = 64 * 1024 * 1024

  enum HeldItem {
    case held(EventID)
    case full
  }

  /// Writes the record of a withheld message, with its item if there is room and the same does not wait already.
  ///
  /// Nil when the database refuses the record.
  func hold(_ item: SealedItem, with entry: AuditEntry) throws(DatabaseError) -> HeldItem? {
    if let record = try standing(entry) { return record.item.map { .held($0) } ?? .full }
    var entry = entry
    if let waiting = try waitingItem(item) {
      entry.quarantineItem = waiting
      guard try append(entry) else { return nil }
      let again = try database.cached("UPDATE quarantine SET times_held = times_held + 1 WHERE id = ?1")
      try again.bind(waiting.description, at: 1)
      try again.run()
      return .held(waiting)
    }
    guard try hasRoom(for: item) else {
      guard try append(entry.blocked("the quarantine is full")) else { return nil }
      return .full
    }
    entry.quarantineItem = entry.id
    guard try append(entry) else { return nil }
    try insert(item, of: entry)
    return .held(entry.id)
  }

  /// Ends the items whose time has run out, at most a hundred, each with a record.
  ///
  /// - Returns: how many.
  func expireItems(at now: Int64) throws(DatabaseError) -> Int {
    let find = try database.cached(
      "SELECT number, id, state FROM quarantine WHERE state < 2 AND expires_at <= ?1 ORDER BY expires_at LIMIT 100")
    try find.bind(now, at: 1)
    var overdue: [(number: Int64, id: String, wasApproved: Bool)] = []
    while try find.step() { overdue.append((find.integer(0), find.text(1) ?? "", find.integer(2) == 1)) }
    find.reset()
    for item in overdue {
      let end = try database.cached(
        "UPDATE quarantine SET state = 3, payload = NULL WHERE number = ?1 AND state < 2 AND expires_at <= ?2")
      try end.bind(item.number, at: 1)
      try end.bind(now, at: 2)
      try end.run()
      guard database.changes == 1, let id = EventID(item.id) else { continue }
      let reason = item.wasApproved ? "the approval was not used in time" : "nobody decided in time"
      guard let entry = try reviewEntry(of: id, approved: false, by: "oktsec", reason: reason, at: now) else {
        continue
      }
      _ = try append(entry, event: "quarantine_expired")
    }
    return overdue.count
  }

  /// Decides about a pending item, once.
  ///
  /// - Returns: false when it is not pending any more, or its time has run out.
  func decide(_ id: EventID, _ review: QuarantineReview) throws(DatabaseError) -> Bool {
    let isApproval = review.decision == .approve
    // A rejected payload is of no more use.
    let update = try database.cached(
      """
      UPDATE quarantine SET state = ?1, decided_at = ?2, reviewer = ?3, review_reason = ?4,
        payload = CASE ?1 WHEN 1 THEN payload END
      WHERE id = ?5 AND state = 0 AND expires_at > ?2
      """)
    try update.bind(isApproval ? QuarantineState.approved.code : QuarantineState.rejected.code, at: 1)
    try update.bind(review.moment, at: 2)
    try update.bind(review.reviewer, at: 3)
    try update.bind(review.reason.isEmpty ? nil : review.reason, at: 4)
    try update.bind(id.description, at: 5)
    try update.run()
    guard database.changes == 1 else { return false }
    let entry = try reviewEntry(
      of: id, approved: isApproval, by: review.reviewer, reason: review.text, at: review.moment)
    if let entry { _ = try append(entry) }
    if isApproval { try deliverApproved(id, at: review.moment) }
    return true
  }

  // MARK: Private

  private func waitingItem(_ item: SealedItem) throws(DatabaseError) -> EventID? {
    guard let key = item.key else { return nil }
    // Two requests with one key are the same; two results are only when their bytes are.
    let find = try database.cached(
      """
      SELECT id FROM quarantine INDEXED BY quarantine_open
      WHERE approval_key = ?1 AND state < 2 AND state = 0 AND kind = ?2 AND (kind <> 1 OR payload_hash = ?3)
        AND expires_at > ?4 ORDER BY number LIMIT 1
      """)
    defer { find.reset() }
    try find.bind(key.digest.bytes, at: 1)
    try find.bind(item.kind.code, at: 2)
    try find.bind(item.payloadHash.bytes, at: 3)
    try find.bind(Timestamp.now, at: 4)
    return try find.step() ? find.text(0).flatMap { EventID($0) } : nil
  }

  private func hasRoom(for item: SealedItem) throws(DatabaseError) -> Bool {
    let count = try database.cached("SELECT count(*), total(payload_bytes) FROM quarantine WHERE state < 2")
    defer { count.reset() }
    guard try count.step() else { return false }
    return count.integer(0) < Self.openItems && count.integer(1) + Int64(item.payloadBytes) <= Self.openBytes
  }

  private func insert(_ item: SealedItem, of entry: AuditEntry) throws(DatabaseError) {
    let insert = try database.cached(
      """
      INSERT INTO quarantine(id, seq, kind, state, approval_key, payload_hash, payload_bytes, created_at, expires_at,
        times_held, payload) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, 1, ?9)
      """)
    try insert.bind(entry.id.description, at: 1)
    try insert.bind(lastSeq, at: 2)
    try insert.bind(item.kind.code, at: 3)
    try insert.bind(item.key?.digest.bytes, at: 4)
    try insert.bind(item.payloadHash.bytes, at: 5)
    try insert.bind(item.payloadBytes, at: 6)
    try insert.bind(entry.timestamp, at: 7)
    try insert.bind(item.expires, at: 8)
    try insert.bind(item.sealed, at: 9)
    try insert.run()
  }

  /// The record of a decision: about the same call as the record of the item, from the reviewer.
  private func reviewEntry(
    of id: EventID, approved: Bool, by reviewer: String, reason: String, at moment: Int64
  ) throws(DatabaseError) -> AuditEntry? {
    let find = try database.cached("\(RecordColumns.select()) WHERE id = ?1")
    defer { find.reset() }
    try find.bind(id.description, at: 1)
    guard try find.step(), let held = RecordColumns.entry(find) else { return nil }
    var entry = AuditEntry(
      id: EventID(microseconds: moment), timestamp: moment, from: reviewer,
      to: held.direction == .clientToServer ? held.to : held.from, contentHash: held.contentHash,
      status: approved ? .quarantined : .rejected, decision: approved ? .quarantineApproved : .quarantineRejected,
      session: held.session, direction: held.direction, verdict: held.verdict, action: .reviewed, bytes: held.bytes)
    entry.method = held.method
    entry.tool = held.tool
    entry.reason = reason
    entry.quarantineItem = id
    return entry.bounded().entry
  }
}

extension AuditEntry {
  /// The same as blocked, because it could not be held.
  func blocked(_ reason: String) -> AuditEntry {
    var entry = self
    entry.status = .blocked
    entry.decision = .contentBlocked
    entry.reason = entry.reason.isEmpty ? "not held: \(reason)" : "\(entry.reason); not held: \(reason)"
    return entry
  }
}
