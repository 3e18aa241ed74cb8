import Guard

/// What webhooks are to be told, written in the transaction of the record that it is about. Whoever serves webhooks
/// takes it from `OutboxQueue`.
final class Outbox {
  /// Rows that wait at most; what comes then is not sent.
  static let capacity: Int64 = 10_000
  /// The event of a record that is told only because of a rule's `notify`.
  static let ruleEvent = "rule_matched"

  private let events: Set<String>
  private let rules: Set<String>
  private let insert: Statement?

  init(_ database: Database, events: Set<String>, rules: Set<String> = []) throws(DatabaseError) {
    self.events = events
    self.rules = Set(rules.map { $0.uppercased() })
    insert =
      events.isEmpty && rules.isEmpty
      ? nil
      : try database.prepare(
        """
        INSERT INTO outbox(seq, event, created_at, due_at) SELECT ?1, ?2, ?3, ?3
        WHERE (SELECT count(*) FROM outbox) < \(Outbox.capacity)
        """)
  }

  func add(_ entry: AuditEntry, seq: Int64, event: String?) throws(DatabaseError) {
    guard let insert else { return }
    let isNotified = !rules.isEmpty && entry.findings.contains { rules.contains($0.rule.uppercased()) }
    guard let event = event ?? entry.event ?? (isNotified ? Self.ruleEvent : nil),
      events.contains(event) || isNotified
    else { return }
    try insert.bind(seq, at: 1)
    try insert.bind(event, at: 2)
    try insert.bind(entry.timestamp, at: 3)
    try insert.run()
  }
}

extension AuditEntry {
  /// The event of the config's `webhooks[].events` that a record is; nil for none.
  var event: String? {
    switch action {
    case .gap, .changed: return nil
    case .reviewed: return decision == .quarantineApproved ? "quarantine_approved" : "quarantine_rejected"
    case .forwarded, .filtered, .stopped: break
    }
    switch status {
    case .blocked: return "message_blocked"
    case .quarantined: return "message_quarantined"
    case .rejected: return "message_rejected"
    case .delivered: return verdict >= .flag ? "message_flagged" : nil
    case .error: return nil
    }
  }
}
