import Guard

/// Writes batches of records over one connection, each batch in one transaction.
final class RecordWriter {
  private let database: Database
  private let schema: Schema
  private let words: WordTable
  private let rules: RuleTable
  private let insertRecord: Statement
  private let insertFinding: Statement
  private let insertMinute: Statement
  private let findStanding: Statement

  init(path: String, busyHandler: BusyHandler, schema: Schema = Schema()) throws(DatabaseError) {
    database = try Database(path: path, access: .readWrite, busyHandler: busyHandler)
    self.schema = schema
    try schema.prepareForWriting(database)
    words = try WordTable(database)
    rules = try RuleTable(database)
    insertRecord = try database.prepare(
      """
      INSERT INTO record(id, timestamp, from_agent, to_agent, session, direction, method, tool, content_hash,
        forwarded_hash, signature, fingerprint, status, decision, verdict, action, findings, findings_dropped,
        latency_us, bytes, reason, sender_timestamp)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
      """)
    insertFinding = try database.prepare(
      """
      INSERT INTO finding(seq, position, rule, severity, pointer, start_byte, end_byte, excerpt)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    insertMinute = try database.prepare("INSERT OR IGNORE INTO minute(minute, first_seq) VALUES(?1, ?2)")
    findStanding = try database.prepare("SELECT 1 FROM record WHERE id = ?1 AND timestamp = ?2 AND content_hash = ?3")
  }

  /// Commits `rows` in their order, then `gap`, if there is one.
  ///
  /// - Returns: the positions of those that the database refused by themselves (an id that another record bears). An
  ///   entry that already stands, because an earlier commit succeeded without our hearing of it, is not refused.
  /// - Throws: when nothing of the batch was committed. `fileReplaced`: it was, but to a file that is gone.
  func write(_ rows: ArraySlice<QueuedEntry>, gap: AuditEntry? = nil) throws(DatabaseError) -> [Int] {
    var refused: [Int] = []
    minute = nil
    do {
      try database.begin()
      try schema.checkUnchanged(database)
      for position in rows.indices {
        if try !insertUnlessRefused(rows[position].entry) { refused.append(position) }
      }
      if let gap { _ = try insertUnlessRefused(gap) }
      try database.commit()
    } catch {
      database.rollback()
      // Numbers that were given out in the transaction are void.
      words.forget()
      rules.forget()
      throw error
    }
    guard !database.wasReplaced else {
      throw DatabaseError(operation: "commit", path: database.path, cause: .fileReplaced)
    }
    return refused
  }

  /// False when the database refuses this entry and does not hold it already.
  private func insertUnlessRefused(_ entry: AuditEntry) throws(DatabaseError) -> Bool {
    do {
      try insert(entry)
    } catch {
      guard error.isRefusedRow else { throw error }
      return try stands(entry)
    }
    try note(minute: entry.timestamp / 60_000_000)
    return true
  }

  /// The minute of the last record of this batch: most records share it.
  private var minute: Int64?

  private func note(minute new: Int64) throws(DatabaseError) {
    guard new != minute else { return }
    try insertMinute.bind(new, at: 1)
    try insertMinute.bind(currentRow, at: 2)
    try insertMinute.run()
    minute = new
  }

  /// `seq` of the record being written. Kept, because a finding's insert also moves SQLite's last row id.
  private var currentRow: Int64 = 0

  private func insert(_ entry: AuditEntry) throws(DatabaseError) {
    let row = insertRecord
    try row.bind(entry.id.description, at: 1)
    try row.bind(entry.timestamp, at: 2)
    try row.bind(try words.number(of: entry.from), at: 3)
    try row.bind(try words.number(of: entry.to), at: 4)
    try row.bind(try words.number(of: entry.session), at: 5)
    try row.bind(entry.direction.code, at: 6)
    try bindPeerWord(entry.method, to: row, at: 7)
    try bindPeerWord(entry.tool, to: row, at: 8)
    try row.bind(entry.contentHash.bytes, at: 9)
    try row.bind(entry.forwardedHash?.bytes, at: 10)
    try row.bind(entry.signature.rawValue, at: 11)
    if let fingerprint = entry.fingerprint {
      try row.bind(try words.number(of: fingerprint), at: 12)
    } else {
      try row.bindNull(at: 12)
    }
    try row.bind(entry.status.code, at: 13)
    try row.bind(entry.decision.code, at: 14)
    try row.bind(entry.verdict.code, at: 15)
    try row.bind(entry.action.code, at: 16)
    try row.bind(entry.findings.count, at: 17)
    try row.bind(entry.findingsDropped, at: 18)
    try row.bind(entry.latency, at: 19)
    try row.bind(entry.bytes, at: 20)
    try row.bind(entry.reason.isEmpty ? nil : entry.reason, at: 21)
    try row.bind(entry.senderTimestamp, at: 22)
    try row.run()
    currentRow = database.lastInsertedRow
    for (position, finding) in entry.findings.enumerated() {
      try insert(finding, position: position)
    }
  }

  private func insert(_ finding: FindingRecord, position: Int) throws(DatabaseError) {
    let row = insertFinding
    try row.bind(currentRow, at: 1)
    try row.bind(position, at: 2)
    try row.bind(try rules.number(of: finding), at: 3)
    try row.bind(finding.severity.code, at: 4)
    try row.bind(finding.pointer, at: 5)
    try row.bind(finding.start, at: 6)
    try row.bind(finding.end, at: 7)
    try row.bind(finding.excerpt, at: 8)
    try row.run()
  }

  private func bindPeerWord(_ word: String, to row: Statement, at parameter: Int32) throws(DatabaseError) {
    if let number = try words.numberWithinBudget(of: word) {
      try row.bind(number, at: parameter)
    } else {
      try row.bind(word, at: parameter)
    }
  }

  private func stands(_ entry: AuditEntry) throws(DatabaseError) -> Bool {
    defer { findStanding.reset() }
    try findStanding.bind(entry.id.description, at: 1)
    try findStanding.bind(entry.timestamp, at: 2)
    try findStanding.bind(entry.contentHash.bytes, at: 3)
    return try findStanding.step()
  }
}
