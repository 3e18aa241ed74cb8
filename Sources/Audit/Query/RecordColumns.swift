import Guard

/// The columns of a record as they are read back, and their meaning.
enum RecordColumns {
  /// - Parameter hasItems: false for a database that was not migrated since its first form.
  static func select(hasItems: Bool = true) -> String { hasItems ? withItems : withoutItems }

  private static let withItems = "\(columns), item FROM record"
  /// The same with the link of the chain behind.
  static let chained = "\(columns), item, chain FROM record"
  private static let withoutItems = "\(columns), NULL FROM record"

  private static let columns = """
    SELECT seq, id, timestamp, (SELECT text FROM word WHERE word.id = from_agent),
      (SELECT text FROM word WHERE word.id = to_agent), content_hash, forwarded_hash, signature,
      (SELECT text FROM word WHERE word.id = fingerprint), status, decision, findings, findings_dropped, latency_us,
      (SELECT text FROM word WHERE word.id = session), direction,
      CASE typeof(method) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = method) ELSE method END,
      CASE typeof(tool) WHEN 'integer' THEN (SELECT text FROM word WHERE word.id = tool) ELSE tool END,
      verdict, action, reason, bytes, sender_timestamp
    """

  /// The link in a row of `chained`; nil for a record from before the chain.
  static func link(_ row: Statement) -> Digest? { row.bytes(24).flatMap { Digest(bytes: $0) } }

  static func findingCount(_ row: Statement) -> Int64 { row.integer(11) }

  /// The entry without its findings; nil when a column holds what no version of ours would write.
  static func entry(_ row: Statement) -> AuditEntry? {
    guard
      let id = row.text(1).flatMap({ EventID($0) }),
      let from = row.text(3), let to = row.text(4),
      let contentHash = row.bytes(5).flatMap({ Digest(bytes: $0) }),
      let signature = SignatureState(rawValue: Int(row.integer(7))),
      let status = DeliveryStatus(code: row.integer(9)),
      let decision = PolicyDecision(code: row.integer(10)),
      let session = row.text(14),
      let direction = Direction(code: row.integer(15)),
      let method = row.text(16), let tool = row.text(17),
      let verdict = Verdict(code: row.integer(18)),
      let action = Action(code: row.integer(19))
    else { return nil }
    var entry = AuditEntry(
      id: id, timestamp: row.integer(2), from: from, to: to, contentHash: contentHash, status: status,
      decision: decision, session: session, direction: direction, verdict: verdict, action: action,
      bytes: Int(row.integer(21)))
    if let forwarded = row.bytes(6) {
      guard let digest = Digest(bytes: forwarded) else { return nil }
      entry.forwardedHash = digest
    }
    entry.signature = signature
    entry.fingerprint = row.text(8)
    entry.findingsDropped = Int(row.integer(12))
    entry.latency = row.integer(13)
    entry.method = method
    entry.tool = tool
    entry.reason = row.text(20) ?? ""
    entry.senderTimestamp = row.text(22)
    if let item = row.text(23) {
      guard let id = EventID(item) else { return nil }
      entry.quarantineItem = id
    }
    return entry
  }
}

/// The columns of a finding.
enum FindingColumns {
  static let select = """
    SELECT rule_id, name, severity, category, pointer, start_byte, end_byte, excerpt
    FROM finding JOIN rule ON rule.id = finding.rule WHERE seq = ?1 ORDER BY position
    """

  static func finding(_ row: Statement) -> FindingRecord? {
    guard
      let rule = row.text(0), let name = row.text(1), let severity = Severity(code: row.integer(2)),
      let category = row.text(3), let pointer = row.text(4), let excerpt = row.text(7)
    else { return nil }
    return FindingRecord(
      rule: rule, name: name, severity: severity, category: category, pointer: pointer, start: Int(row.integer(5)),
      end: Int(row.integer(6)), excerpt: excerpt)
  }

  /// All findings of a record, in order; nil when one is unreadable.
  static func findings(of seq: Int64, in database: Database) throws(DatabaseError) -> [FindingRecord]? {
    let statement = try database.cached(select)
    defer { statement.reset() }
    try statement.bind(seq, at: 1)
    var findings: [FindingRecord] = []
    while try statement.step() {
      guard let finding = finding(statement) else { return nil }
      findings.append(finding)
    }
    return findings
  }
}
