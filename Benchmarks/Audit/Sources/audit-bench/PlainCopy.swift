import CSQLite

/// Inserts rows of the store's database into a plain one: prepared statements, a transaction for a thousand rows, WAL, and
/// nothing else. Reading the rows is not counted.
enum PlainCopy {
  /// The columns of the view `audit_log` as a table, with the indexes that the dashboard's questions would need.
  static let wideSchema = """
    CREATE TABLE audit_log(
      id TEXT PRIMARY KEY, timestamp TEXT NOT NULL, from_agent TEXT NOT NULL, to_agent TEXT NOT NULL,
      content_hash TEXT NOT NULL, signature_verified INTEGER NOT NULL, pubkey_fingerprint TEXT, status TEXT NOT NULL,
      rules_triggered TEXT NOT NULL, policy_decision TEXT NOT NULL, latency_us INTEGER NOT NULL, session TEXT NOT NULL,
      direction TEXT NOT NULL, method TEXT NOT NULL, tool TEXT NOT NULL, verdict TEXT NOT NULL, action TEXT NOT NULL,
      bytes INTEGER NOT NULL, sender_timestamp TEXT);
    CREATE INDEX log_time ON audit_log(timestamp);
    CREATE INDEX log_from ON audit_log(from_agent);
    CREATE INDEX log_to ON audit_log(to_agent);
    CREATE INDEX log_session ON audit_log(session);
    CREATE INDEX log_status ON audit_log(status) WHERE status <> 'delivered';
    CREATE INDEX log_method ON audit_log(method);
    CREATE INDEX log_tool ON audit_log(tool);
    """

  /// The settings that the store has for a small memory and a file that shrinks.
  static let storeSettings =
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cache_size = -512; PRAGMA journal_size_limit = 4194304;"

  /// The store's own tables `record` and `finding` with their indexes.
  static func sameRows(from source: String, to target: String, settings: String) throws -> Measure {
    let records = try run(
      from: source, to: target, query: "SELECT * FROM record ORDER BY seq", table: "record", settings: settings)
    let findings = try run(
      from: source, to: target, query: "SELECT * FROM finding ORDER BY seq, position", table: "finding",
      settings: settings)
    return Measure(processor: records.processor + findings.processor, bytes: findings.bytes)
  }

  /// - Parameter schema: nil takes the table and its indexes from the source as they are.
  static func run(
    from source: String, to target: String, query: String, table: String, schema: String? = nil, settings: String = ""
  ) throws -> Measure {
    let reader = try Connection(source)
    let writer = try Connection(target)
    try writer.execute("\(settings) PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF")
    if let schema {
      try writer.execute(schema)
    } else {
      for sql in try reader.texts("SELECT sql FROM sqlite_schema WHERE tbl_name = '\(table)' AND sql IS NOT NULL") {
        try writer.execute(sql)
      }
    }
    let rows = try reader.prepare(query)
    defer { sqlite3_finalize(rows) }
    let columns = sqlite3_column_count(rows)
    let marks = (1...max(1, columns)).map { "?\($0)" }.joined(separator: ", ")
    let insert = try writer.prepare("INSERT INTO \(table) VALUES(\(marks))")
    defer { sqlite3_finalize(insert) }

    var spent = 0.0
    var isAtEnd = false
    while !isAtEnd {
      var values: [OpaquePointer?] = []
      while values.count < 1000 * Int(columns) {
        guard sqlite3_step(rows) == SQLITE_ROW else {
          isAtEnd = true
          break
        }
        for column in 0..<columns { values.append(sqlite3_value_dup(sqlite3_column_value(rows, column))) }
      }
      let begin = Clock.processor
      try writer.execute("BEGIN IMMEDIATE")
      var place = 0
      while place < values.count {
        for column in 0..<columns { sqlite3_bind_value(insert, column + 1, values[place + Int(column)]) }
        guard sqlite3_step(insert) == SQLITE_DONE else { throw Failure("insert: \(writer.message)") }
        sqlite3_reset(insert)
        place += Int(columns)
      }
      try writer.execute("COMMIT")
      spent += Clock.processor - begin
      for value in values { sqlite3_value_free(value) }
    }
    try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Measure(processor: spent, bytes: size(of: target))
  }
}

/// SQLite without anything of ours.
final class Connection {
  private let handle: OpaquePointer

  init(_ path: String) throws {
    var opened: OpaquePointer?
    guard sqlite3_open(path, &opened) == SQLITE_OK, let opened else { throw Failure("cannot open \(path)") }
    handle = opened
  }

  deinit { sqlite3_close_v2(handle) }

  var message: String { String(cString: sqlite3_errmsg(handle)) }

  func execute(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw Failure("\(sql): \(message)") }
  }

  func prepare(_ sql: String) throws -> OpaquePointer {
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil) == SQLITE_OK,
      let prepared
    else { throw Failure("\(sql): \(message)") }
    return prepared
  }

  func texts(_ sql: String) throws -> [String] {
    let rows = try prepare(sql)
    defer { sqlite3_finalize(rows) }
    var texts: [String] = []
    while sqlite3_step(rows) == SQLITE_ROW {
      if let text = sqlite3_column_text(rows, 0) { texts.append(String(cString: text)) }
    }
    return texts
  }
}
