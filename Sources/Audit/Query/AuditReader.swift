import Guard

/// Reads the audit store over a connection of its own that cannot write. For one thread at a time.
///
/// Writers are not held up, and each call sees what was committed when it began.
package final class AuditReader {
  let database: Database
  /// False while nobody has written to a database of the first form.
  let hasChain: Bool

  /// Opens the database.
  ///
  /// - Throws: `system(ENOENT)` when there is none, `empty` when it has no tables yet, or why it is refused.
  package init(path: String) throws(DatabaseError) {
    database = try Database(
      path: path, access: .readOnly, busyHandler: BusyHandler(limit: .milliseconds(5000)))
    hasChain = try Schema().checkForReading(database) >= SchemaVersion(major: 2, minor: 0)
  }

  /// Records that match, newest first.
  ///
  /// "Newest" is by order of commit, which among several processes follows time to within a flush.
  /// Cost: with a session, a status other than delivered, or an agent, proportional to the records of that one until
  /// `limit` match; otherwise to the records since `since`.
  package func records(matching query: AuditQuery) throws(DatabaseError) -> [AuditRecord] {
    guard let filter = try filter(query) else { return [] }
    return try select(filter, order: .newestFirst, limit: query.limit)
  }

  /// Records that match and came after `cursor`, oldest first. Begin with 0, or with `lastCursor` for new ones only.
  package func records(
    after cursor: Int64, matching query: AuditQuery = AuditQuery()
  ) throws(DatabaseError) -> [AuditRecord] {
    guard var filter = try filter(query) else { return [] }
    filter.require("seq > ?", cursor)
    return try select(filter, order: .oldestFirst, limit: query.limit)
  }

  /// The cursor of the newest record; 0 without any.
  package func lastCursor() throws(DatabaseError) -> Int64 {
    try database.integer("SELECT max(seq) FROM record") ?? 0
  }

  /// Looks for a record by its id or by the beginning of one. Case does not matter.
  package func record(idPrefix: String) throws(DatabaseError) -> RecordLookup {
    let prefix = idPrefix.lowercased()
    guard !prefix.isEmpty, prefix.utf8.count <= 20, prefix.utf8.allSatisfy(Self.isDigit) else { return .none }
    // "{" follows "z", the last digit an id can have.
    let statement = try database.cached("SELECT seq, id FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 10")
    defer { statement.reset() }
    try statement.bind(prefix, at: 1)
    try statement.bind(prefix + "{", at: 2)
    var matches: [(cursor: Int64, id: EventID)] = []
    while try statement.step() {
      let cursor = statement.integer(0)
      guard let id = statement.text(1).flatMap({ EventID($0) }) else { throw unreadable(cursor) }
      matches.append((cursor, id))
    }
    guard let first = matches.first else { return .none }
    guard matches.count == 1 else { return .ambiguous(matches.map(\.id)) }
    var filter = RecordFilter()
    filter.require("seq = ?", first.cursor)
    guard let record = try select(filter, order: .oldestFirst, limit: 1).first else { return .none }
    return .found(record)
  }

  // MARK: Filters

  /// Nil when nothing can match: a word that no record bears.
  private func filter(_ query: AuditQuery) throws(DatabaseError) -> RecordFilter? {
    var filter = RecordFilter()
    if let session = query.session {
      guard let number = try number(of: session) else { return nil }
      filter.require("session = ?", number)
      filter.path = .session
    }
    if let status = query.status {
      filter.require("status = ?", status.code)
      if status != .delivered, filter.path == .sequence { filter.path = .status }
    }
    if let agent = query.agent {
      guard let number = try number(of: agent) else { return nil }
      if filter.path == .sequence {
        filter.path = .agent(number)
      } else if filter.path == .status, hasChain {
        filter.path = .agentStopped(number)
      } else {
        filter.require("? IN (from_agent, to_agent)", number)
      }
    }
    if query.unverifiedOnly { filter.require("signature <> ?", Int64(SignatureState.verified.rawValue)) }
    if let since = query.since {
      guard let first = try firstRow(since: since) else { return nil }
      filter.require("seq >= ?", first)
      filter.require("timestamp >= ?", since)
    }
    if let before = query.before { filter.require("seq < ?", before) }
    return filter
  }

  func number(of word: String) throws(DatabaseError) -> Int64? {
    let statement = try database.cached("SELECT id FROM word WHERE text = ?1")
    defer { statement.reset() }
    try statement.bind(word, at: 1)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// No earlier row has a timestamp from then on.
  private func firstRow(since: Int64) throws(DatabaseError) -> Int64? {
    let statement = try database.cached("SELECT min(first_seq) FROM minute WHERE minute >= ?1")
    defer { statement.reset() }
    try statement.bind(since / 60_000_000, at: 1)
    return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
  }

  func select(
    _ filter: RecordFilter, order: RecordFilter.Order, limit: Int
  ) throws(DatabaseError) -> [AuditRecord] {
    var filter = filter
    filter.hasItems = hasChain
    let statement = try database.cached(filter.sql(order))
    defer { statement.reset() }
    try filter.bind(to: statement, limit: limit)
    var records: [AuditRecord] = []
    while try statement.step() {
      let cursor = statement.integer(0)
      guard var entry = RecordColumns.entry(statement) else { throw unreadable(cursor) }
      if RecordColumns.findingCount(statement) > 0 { entry.findings = try findings(of: cursor) }
      records.append(AuditRecord(cursor: cursor, entry: entry))
    }
    return records
  }

  private func findings(of cursor: Int64) throws(DatabaseError) -> [FindingRecord] {
    guard let findings = try FindingColumns.findings(of: cursor, in: database) else { throw unreadable(cursor) }
    return findings
  }

  func unreadable(_ cursor: Int64) -> DatabaseError {
    DatabaseError(operation: "read", path: database.path, cause: .unreadableRecord(cursor))
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}
