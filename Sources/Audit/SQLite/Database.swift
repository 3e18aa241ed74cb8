import CSQLite
import Threads

/// One connection to a SQLite file. For one thread at a time.
///
/// Made with settings that suit many small writers on one file: WAL, `synchronous=NORMAL`, a page cache of 512 KB,
/// and a busy handler with short jittered sleeps.
final class Database {
  enum Access {
    case readWrite
    case readOnly
  }

  let path: String
  /// The same with its folder resolved; the keys lie beside it.
  let file: String
  private let connection: OpaquePointer
  private let busyHandler: BusyHandler
  private var cache: [String: Statement] = [:]

  /// Opens the file; with `readWrite`, creates it (0600) and its missing folders (0700).
  ///
  /// Refuses files that are unsafe to use, see `DatabaseFile`. Creates no table.
  init(path: String, access: Access, busyHandler: BusyHandler) throws(DatabaseError) {
    let canonical = try DatabaseFile.prepare(path, create: access == .readWrite)
    // NOMUTEX: this object is used by one thread at a time. NOFOLLOW closes the moment between check and open.
    let flags =
      (access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX
      | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(canonical, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let cause = opened.map { sqlite3_extended_errcode($0) } ?? code
      sqlite3_close_v2(opened)
      throw DatabaseError(operation: "open", path: path, cause: .sqlite(cause))
    }
    connection = opened
    self.busyHandler = busyHandler
    self.path = path
    file = canonical
    busyHandler.install(on: opened)
  }

  deinit {
    cache.removeAll()
    // A close that is refused because a statement lives on is deferred by SQLite until that one is finalized.
    sqlite3_busy_handler(connection, nil, nil)
    sqlite3_close_v2(connection)
  }

  /// Runs statements that return nothing of interest. `operation` names them in errors.
  func execute(_ sql: String, operation: String) throws(DatabaseError) {
    let code = sqlite3_exec(connection, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(operation, code) }
  }

  /// Prepares a statement that its owner keeps.
  func prepare(_ sql: String) throws(DatabaseError) -> Statement {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw error("prepare a statement", code) }
    return Statement(prepared, path: path)
  }

  /// The statement for this text, prepared once per connection and reset. Only for a fixed set of texts.
  func cached(_ sql: String) throws(DatabaseError) -> Statement {
    if let statement = cache[sql] {
      statement.reset()
      return statement
    }
    let statement = try prepare(sql)
    cache[sql] = statement
    return statement
  }

  /// The first column of the first row, as an integer; nil without a row, and for NULL.
  func integer(_ sql: String) throws(DatabaseError) -> Int64? {
    let statement = try cached(sql)
    defer { statement.reset() }
    return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
  }

  /// Begins a transaction that may write. Waits for the lock as long as the busy handler says.
  ///
  /// IMMEDIATE, because a transaction that reads first and writes later can fail without the busy handler being asked.
  func begin() throws(DatabaseError) { try run("BEGIN IMMEDIATE", operation: "begin") }

  func commit() throws(DatabaseError) { try run("COMMIT", operation: "commit") }

  /// Ends the transaction, if one is open, without its changes. Never fails: what cannot be undone was not committed.
  func rollback() {
    guard sqlite3_get_autocommit(connection) == 0 else { return }
    sqlite3_exec(connection, "ROLLBACK", nil, nil, nil)
  }

  /// Runs `body` in a transaction, undone when it throws.
  func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
    try begin()
    do {
      try body()
      try commit()
    } catch {
      rollback()
      throw error
    }
  }

  /// Repeats `body` while the database is locked. Ends after the busy handler's limit, plus one wait of its own.
  ///
  /// For the few operations on which SQLite reports a lock without asking the handler: a change of the journal mode,
  /// and the first read beside a connection that is just closing.
  func retryingWhileBusy(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
    // The handler's own count begins anew with every lock it waits for, so this loop keeps its own end.
    let deadline = MonotonicTime.now + busyHandler.limit
    let pause = BusyHandler(limit: busyHandler.limit, isCancelled: busyHandler.isCancelled)
    var attempt = 0
    while true {
      do {
        return try body()
      } catch {
        guard error.isBusy, MonotonicTime.now < deadline, pause.waits(attempt: attempt) else { throw error }
        attempt += 1
      }
    }
  }

  var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(connection) }
  var changes: Int { Int(sqlite3_changes(connection)) }

  /// Whether the open file is no longer the one at its path.
  var wasReplaced: Bool {
    var moved: Int32 = 0
    return sqlite3_file_control(connection, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0
  }

  private func run(_ sql: String, operation: String) throws(DatabaseError) {
    let statement = try cached(sql)
    defer { statement.reset() }
    do {
      _ = try statement.step()
    } catch {
      throw DatabaseError(operation: operation, path: path, cause: error.cause)
    }
  }

  private func error(_ operation: String, _ code: Int32) -> DatabaseError {
    let extended = sqlite3_extended_errcode(connection)
    return DatabaseError(operation: operation, path: path, cause: .sqlite(extended == SQLITE_OK ? code : extended))
  }
}
