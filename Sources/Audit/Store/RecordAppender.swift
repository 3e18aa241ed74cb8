import Guard

/// Adds records to a database within one transaction at a time: the record, its findings, its link in the chain, its
/// counts, and what waits to be sent about it.
///
/// Use: `begin`, any number of additions, then `commit`; after an error `abandon`, and nothing of it stands.
final class RecordAppender {
  let database: Database
  let schema: Schema
  private let words: WordTable
  private let rules: RuleTable
  let chain: Chain
  let counts: Counts
  private let outbox: Outbox
  private let insertRecord: Statement
  private let insertFinding: Statement
  private let insertMinute: Statement
  private let findStanding: Statement
  private let insertVocabulary: Statement
  private var hasAdded = false
  /// Words that the vocabulary holds already. Numbers of words are never given out twice.
  private var known: [Vocabulary: Set<Int64>] = [:]

  /// - Parameters:
  ///   - events: what webhooks want to hear of.
  ///   - notifiedRules: the rules whose findings they want to hear of.
  init(
    _ database: Database, schema: Schema = Schema(), events: Set<String> = [], notifiedRules: Set<String> = []
  ) throws(DatabaseError) {
    self.database = database
    self.schema = schema
    words = try WordTable(database)
    rules = try RuleTable(database)
    chain = try Chain(database)
    counts = try Counts(database)
    outbox = try Outbox(database, events: events, rules: notifiedRules)
    insertRecord = try database.prepare(
      """
      INSERT INTO record(seq, id, timestamp, from_agent, to_agent, session, direction, method, tool, content_hash,
        forwarded_hash, signature, fingerprint, status, decision, verdict, action, findings, findings_dropped,
        latency_us, bytes, reason, sender_timestamp, item, chain)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25)
      """)
    // OR REPLACE: a row that somebody put there must not keep records out. The chain shows that it was no finding.
    insertFinding = try database.prepare(
      """
      INSERT OR REPLACE INTO finding(seq, position, rule, severity, pointer, start_byte, end_byte, excerpt)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    insertMinute = try database.prepare("INSERT OR IGNORE INTO minute(minute, first_seq) VALUES(?1, ?2)")
    insertVocabulary = try database.prepare("INSERT OR IGNORE INTO vocabulary(kind, word) VALUES(?1, ?2)")
    findStanding = try database.prepare(
      "SELECT item, status FROM record WHERE id = ?1 AND timestamp = ?2 AND content_hash = ?3")
  }

  // MARK: Transactions

  /// Waits for the lock as long as the busy handler says.
  func begin() throws(DatabaseError) {
    minute = nil
    hasAdded = false
    try database.begin()
    try schema.checkUnchanged(database)
    if let problem = try chain.load() { _ = try append(Self.damaged(problem)) }
  }

  func commit() throws(DatabaseError) {
    if hasAdded {
      try counts.write()
      try chain.sign()
    }
    try database.commit()
  }

  /// Undoes the transaction, if one is open.
  func abandon() {
    database.rollback()
    // Numbers that were given out in the transaction are void.
    words.forget()
    rules.forget()
    known.removeAll()
    counts.forget()
    chain.forget()
  }

  /// Runs `body` in a transaction.
  func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
    do {
      try begin()
      try body()
      try commit()
    } catch {
      abandon()
      throw error
    }
  }

  // MARK: Additions

  /// The number of the last record.
  var lastSeq: Int64 { chain.seq }

  /// False when the database refuses this entry by itself and does not hold it already.
  ///
  /// - Parameter event: what webhooks are told; nil for what the entry says by itself.
  func append(_ entry: AuditEntry, event: String? = nil) throws(DatabaseError) -> Bool {
    let (seq, hash) = chain.link(entry)
    do {
      try insert(entry, seq: seq, hash: hash)
    } catch {
      guard error.isRefusedRow else { throw error }
      return try standing(entry) != nil
    }
    chain.extend(to: seq, hash)
    hasAdded = true
    let minute = entry.timestamp / 60_000_000
    if minute != self.minute { try note(minute: minute, seq: seq) }
    try outbox.add(entry, seq: seq, event: event)
    return true
  }

  /// What stands under this very entry, after a commit that succeeded without our hearing of it.
  func standing(_ entry: AuditEntry) throws(DatabaseError) -> StandingRecord? {
    defer { findStanding.reset() }
    try findStanding.bind(entry.id.description, at: 1)
    try findStanding.bind(entry.timestamp, at: 2)
    try findStanding.bind(entry.contentHash.bytes, at: 3)
    guard try findStanding.step() else { return nil }
    return StandingRecord(
      item: findStanding.text(0).flatMap { EventID($0) }, status: DeliveryStatus(code: findStanding.integer(1)))
  }

  struct StandingRecord {
    let item: EventID?
    let status: DeliveryStatus?
  }

  // MARK: Private

  /// The minute of the last record of this transaction: most records share it.
  private var minute: Int64?

  private func note(minute new: Int64, seq: Int64) throws(DatabaseError) {
    try insertMinute.bind(new, at: 1)
    try insertMinute.bind(seq, at: 2)
    try insertMinute.run()
    minute = new
  }

  private func insert(_ entry: AuditEntry, seq: Int64, hash: Digest) throws(DatabaseError) {
    let row = insertRecord
    let (from, to) = (try words.number(of: entry.from), try words.number(of: entry.to))
    try row.bind(seq, at: 1)
    try row.bind(entry.id.description, at: 2)
    try row.bind(entry.timestamp, at: 3)
    try row.bind(from, at: 4)
    try row.bind(to, at: 5)
    try row.bind(try words.number(of: entry.session), at: 6)
    try row.bind(entry.direction.code, at: 7)
    try bindPeerWord(entry.method, .methods, to: row, at: 8)
    try bindPeerWord(entry.tool, .tools, to: row, at: 9)
    try row.bind(entry.contentHash.bytes, at: 10)
    try row.bind(entry.forwardedHash?.bytes, at: 11)
    try row.bind(entry.signature.rawValue, at: 12)
    if let fingerprint = entry.fingerprint {
      try row.bind(try words.number(of: fingerprint), at: 13)
    } else {
      try row.bindNull(at: 13)
    }
    try row.bind(entry.status.code, at: 14)
    try row.bind(entry.decision.code, at: 15)
    try row.bind(entry.verdict.code, at: 16)
    try row.bind(entry.action.code, at: 17)
    try row.bind(entry.findings.count, at: 18)
    try row.bind(entry.findingsDropped, at: 19)
    try row.bind(entry.latency, at: 20)
    try row.bind(entry.bytes, at: 21)
    try row.bind(entry.reason.isEmpty ? nil : entry.reason, at: 22)
    try row.bind(entry.senderTimestamp, at: 23)
    try row.bind(entry.quarantineItem?.description, at: 24)
    try row.bind(hash.bytes, at: 25)
    try row.run()
    for (position, finding) in entry.findings.enumerated() {
      let rule = try rules.number(of: finding)
      try insert(finding, rule: rule, seq: seq, position: position)
      counts.add(rule: rule, at: entry.timestamp)
    }
    counts.add(
      CountedRecord(
        timestamp: entry.timestamp, from: from, to: to, status: entry.status.code, verdict: entry.verdict.code))
  }

  private func insert(
    _ finding: FindingRecord, rule: Int64, seq: Int64, position: Int
  ) throws(DatabaseError) {
    let row = insertFinding
    try row.bind(seq, at: 1)
    try row.bind(position, at: 2)
    try row.bind(rule, at: 3)
    try row.bind(finding.severity.code, at: 4)
    try row.bind(finding.pointer, at: 5)
    try row.bind(finding.start, at: 6)
    try row.bind(finding.end, at: 7)
    try row.bind(finding.excerpt, at: 8)
    try row.run()
  }

  private func bindPeerWord(
    _ word: String, _ vocabulary: Vocabulary, to row: Statement, at parameter: Int32
  ) throws(DatabaseError) {
    guard let number = try words.numberWithinBudget(of: word) else { return try row.bind(word, at: parameter) }
    try row.bind(number, at: parameter)
    guard known[vocabulary, default: []].insert(number).inserted else { return }
    try insertVocabulary.bind(vocabulary.rawValue, at: 1)
    try insertVocabulary.bind(number, at: 2)
    try insertVocabulary.run()
  }

  /// The record that says that the chain does not hold.
  private static func damaged(_ problem: String) -> AuditEntry {
    .ofTheTrail(reason: "the audit trail is damaged or was changed from outside: \(problem)", status: .error)
  }
}

/// The roles in which words occur.
enum Vocabulary: Int {
  case methods = 1
  case tools = 2
}
