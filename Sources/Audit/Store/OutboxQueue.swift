import Guard

/// What webhooks are still to be told. For the process that sends, one thread at a time.
package final class OutboxQueue {
  let database: Database

  package struct Notice: Sendable, Equatable {
    package let number: Int64
    package let event: String
    /// Tries so far.
    package let attempts: Int
    package let record: AuditEntry
  }

  package init(path: String) throws(DatabaseError) {
    database = try Database(
      path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(5000)))
    try Schema().prepareForWriting(database)
  }

  /// What is due, the oldest first. Rows whose record is gone are removed.
  package func due(at now: Int64 = Timestamp.now, limit: Int = 100) throws(DatabaseError) -> [Notice] {
    let rows = try database.cached(
      "SELECT number, seq, event, attempts FROM outbox WHERE due_at <= ?1 ORDER BY due_at, number LIMIT ?2")
    try rows.bind(now, at: 1)
    try rows.bind(limit, at: 2)
    var found: [(number: Int64, seq: Int64, event: String, attempts: Int64)] = []
    while try rows.step() { found.append((rows.integer(0), rows.integer(1), rows.text(2) ?? "", rows.integer(3))) }
    rows.reset()
    var notices: [Notice] = []
    for row in found {
      guard let entry = try record(row.seq) else {
        try remove(row.number)
        continue
      }
      notices.append(Notice(number: row.number, event: row.event, attempts: Int(row.attempts), record: entry))
    }
    return notices
  }

  /// It was sent to everybody, or is given up.
  package func remove(_ number: Int64) throws(DatabaseError) {
    let statement = try database.cached("DELETE FROM outbox WHERE number = ?1")
    try statement.bind(number, at: 1)
    try statement.run()
  }

  /// It could not be sent; the next try is not before `moment`.
  package func postpone(_ number: Int64, until moment: Int64) throws(DatabaseError) {
    let statement = try database.cached(
      "UPDATE outbox SET attempts = attempts + 1, due_at = ?2 WHERE number = ?1")
    try statement.bind(number, at: 1)
    try statement.bind(moment, at: 2)
    try statement.run()
  }

  /// How many wait, and since when the oldest does; microseconds since 1970.
  package func waiting() throws(DatabaseError) -> (count: Int, oldest: Int64?) {
    let statement = try database.cached("SELECT count(*), min(created_at) FROM outbox")
    defer { statement.reset() }
    guard try statement.step() else { return (0, nil) }
    return (Int(statement.integer(0)), statement.isNull(1) ? nil : statement.integer(1))
  }

  func record(_ seq: Int64) throws(DatabaseError) -> AuditEntry? {
    let statement = try database.cached("\(RecordColumns.select()) WHERE seq = ?1")
    defer { statement.reset() }
    try statement.bind(seq, at: 1)
    guard try statement.step(), var entry = RecordColumns.entry(statement) else { return nil }
    if RecordColumns.findingCount(statement) > 0 {
      entry.findings = try FindingColumns.findings(of: seq, in: database) ?? []
    }
    return entry
  }
}
