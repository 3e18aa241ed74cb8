import Guard

/// One verification under way: from the first link to the head, within one read transaction.
struct ChainWalk {
  private(set) var report = ChainReport()

  private let reader: AuditReader
  private let database: Database
  private let order: ChainVerifier
  private let identity: [UInt8]
  private var encoding = ChainEncoding()
  /// Statements about links, by number, in ascending order.
  private var statements: [Checkpoint] = []
  private var nextStatement = 0
  private var findings: Int64 = 0
  /// Items that some record says to be decided.
  private var reviewed: Set<EventID> = []

  init(_ reader: AuditReader, _ order: ChainVerifier) throws(DatabaseError) {
    self.reader = reader
    database = reader.database
    self.order = order
    let statement = try reader.database.cached("SELECT identity FROM audit_database")
    defer { statement.reset() }
    identity = try statement.step() ? statement.bytes(0) ?? [] : []
  }

  mutating func run() throws(DatabaseError) {
    let keys = try keys()
    let head = try readStatements("SELECT seq, 3, hash, timestamp, key, signature FROM chain_head", keys).first
    var kept = try readStatements("SELECT seq, kind, hash, timestamp, key, signature FROM checkpoint", keys)
    report.fingerprint = head?.key.fingerprint
    report.signedAt = head?.timestamp ?? 0
    for outside in order.outside where outside.database != identity {
      add(ChainBreak(seq: outside.seq, kind: .otherDatabase))
    }
    kept += order.outside.filter { $0.database == identity }
    let begin = kept.last { $0.kind == .pruned } ?? kept.first { $0.kind == .begin }
    statements = (kept + [head].compactMap { $0 }).sorted { $0.seq < $1.seq }

    guard let begin else {
      add(ChainBreak(seq: 0, kind: .missingStatement("the beginning of the chain")))
      return
    }
    if let first = try database.integer("SELECT min(seq) FROM record"), begin.kind == .pruned, first <= begin.seq {
      add(ChainBreak(seq: first, kind: .surplus))
    }
    report.uncovered = Int(
      begin.kind == .begin ? try count("SELECT count(*) FROM record WHERE seq <= ?1", begin.seq) : 0)
    report.firstSeq = begin.seq + 1
    try walk(from: begin)
    finish(head)
    try checkFindings(from: begin.seq)
    try checkReviews(after: begin)
  }

  // MARK: The walk

  private mutating func walk(from begin: Checkpoint) throws(DatabaseError) {
    let select = try database.prepare("\(RecordColumns.chained) NOT INDEXED WHERE seq > ?1 ORDER BY seq")
    defer { select.reset() }
    try select.bind(begin.seq, at: 1)
    var previous = begin.hash
    report.lastSeq = begin.seq
    check(begin.seq, begin.hash)
    while try select.step() {
      let seq = select.integer(0)
      let followsGap = seq != report.lastSeq + 1
      if followsGap { add(ChainBreak(seq: report.lastSeq + 1, kind: .missing(through: seq - 1))) }
      passStatements(before: seq)
      let stored = RecordColumns.link(select)
      let computed = try link(select, seq: seq, previous: previous)
      if let stored, stored == computed {
        report.verified += 1
      } else if !followsGap || stored == nil {
        // Behind a gap nobody can say whether the record is right: what its link is made of is gone.
        add(ChainBreak(seq: seq, kind: .changed))
      }
      // With the stored link the walk finds the next break on its own, and not this one again and again.
      previous = stored ?? computed ?? previous
      check(seq, previous)
      report.lastSeq = seq
    }
  }

  private mutating func link(_ row: Statement, seq: Int64, previous: Digest) throws(DatabaseError) -> Digest? {
    guard var entry = RecordColumns.entry(row) else { return nil }
    let count = RecordColumns.findingCount(row)
    if count > 0 {
      guard let found = try FindingColumns.findings(of: seq, in: database) else { return nil }
      entry.findings = found
      findings += Int64(found.count)
    }
    if entry.action == .reviewed, let item = entry.quarantineItem { reviewed.insert(item) }
    if entry.action == .changed, entry.status == .error, entry.decision == .auditUnavailable {
      add(ChainBreak(seq: seq, kind: .reported(entry.reason)))
    }
    return encoding.link(entry, seq: seq, previous: previous)
  }

  /// Compares the statements about a link with it.
  private mutating func check(_ seq: Int64, _ hash: Digest) {
    while nextStatement < statements.count, statements[nextStatement].seq <= seq {
      let statement = statements[nextStatement]
      nextStatement += 1
      guard statement.seq == seq else { continue }
      if !isSigned(statement) {
        add(ChainBreak(seq: seq, kind: .badSignature))
      } else if statement.hash != hash {
        add(ChainBreak(seq: seq, kind: .otherHash))
      } else {
        report.checkpoints += 1
      }
    }
  }

  /// Statements about records that are gone. What was said before the beginning of what is left is of no use any more.
  private mutating func passStatements(before seq: Int64) {
    while nextStatement < statements.count, statements[nextStatement].seq < seq {
      if !isSigned(statements[nextStatement]) {
        add(ChainBreak(seq: statements[nextStatement].seq, kind: .badSignature))
      }
      nextStatement += 1
    }
  }

  private mutating func finish(_ head: Checkpoint?) {
    guard let head else {
      add(ChainBreak(seq: report.lastSeq, kind: .missingStatement("the end of the chain")))
      return
    }
    if head.seq < report.lastSeq { add(ChainBreak(seq: head.seq + 1, kind: .surplus)) }
    let furthest = statements[nextStatement...].map(\.seq).max() ?? report.lastSeq
    if furthest > report.lastSeq {
      add(ChainBreak(seq: report.lastSeq + 1, kind: .missing(through: furthest)))
      for statement in statements[nextStatement...] where !isSigned(statement) {
        add(ChainBreak(seq: statement.seq, kind: .badSignature))
      }
    }
  }

  private func isSigned(_ statement: Checkpoint) -> Bool {
    let fingerprint = statement.key.fingerprint
    let isExpected = order.fingerprint.map { $0 == fingerprint } ?? true
    return isExpected && statement.database == identity && statement.isSigned
  }

  // MARK: Beside the records

  private mutating func checkFindings(from seq: Int64) throws(DatabaseError) {
    let all = try count("SELECT count(*) FROM finding WHERE seq > ?1", seq)
    if all > findings { add(ChainBreak(seq: 0, kind: .strayFindings(Int(all - findings)))) }
  }

  /// Approvals and rejections are only good with a record in the chain.
  private mutating func checkReviews(after begin: Checkpoint) throws(DatabaseError) {
    let items = try database.cached("SELECT id, seq FROM quarantine WHERE state <> 0 AND seq > ?1 ORDER BY number")
    defer { items.reset() }
    try items.bind(begin.seq, at: 1)
    while try items.step() {
      guard let text = items.text(0) else { continue }
      if let id = EventID(text), reviewed.contains(id) { continue }
      add(ChainBreak(seq: items.integer(1), kind: .unrecordedReview(text)))
    }
  }

  // MARK: Reading

  private mutating func add(_ found: ChainBreak) {
    report.breakCount += 1
    if report.breaks.count < order.limit { report.breaks.append(found) }
  }

  private func count(_ sql: String, _ value: Int64) throws(DatabaseError) -> Int64 {
    let statement = try database.cached(sql)
    defer { statement.reset() }
    try statement.bind(value, at: 1)
    return try statement.step() ? statement.integer(0) : 0
  }

  private func keys() throws(DatabaseError) -> [Int64: VerifyingKey] {
    let statement = try database.cached("SELECT number, public FROM audit_key")
    defer { statement.reset() }
    var keys: [Int64: VerifyingKey] = [:]
    while try statement.step() {
      if let key = statement.bytes(1).flatMap({ VerifyingKey($0) }) { keys[statement.integer(0)] = key }
    }
    return keys
  }

  /// Statements that cannot be read as such count as not signed.
  private mutating func readStatements(
    _ sql: String, _ keys: [Int64: VerifyingKey]
  ) throws(DatabaseError) -> [Checkpoint] {
    let rows = try database.cached(sql)
    defer { rows.reset() }
    var statements: [Checkpoint] = []
    while try rows.step() {
      guard let kind = Checkpoint.Kind(code: rows.integer(1)), let hash = rows.bytes(2).flatMap({ Digest(bytes: $0) }),
        let key = keys[rows.integer(4)], let signature = rows.bytes(5).flatMap({ Signature($0) })
      else {
        add(ChainBreak(seq: rows.integer(0), kind: .badSignature))
        continue
      }
      statements.append(
        Checkpoint(
          kind: kind, database: identity, seq: rows.integer(0), hash: hash, timestamp: rows.integer(3), key: key,
          signature: signature))
    }
    return statements
  }
}
