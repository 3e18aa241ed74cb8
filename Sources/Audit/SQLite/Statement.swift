import CSQLite

/// `SQLITE_TRANSIENT`: SQLite copies the bytes before the call returns. The C macro is a cast that Swift cannot import.
// Safe to share: a constant that is only passed on and never called through from here.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// A prepared statement: bind, step, read, reset. For the thread of its connection.
///
/// Parameters count from 1 and columns from 0, as in SQLite.
final class Statement {
  private let handle: OpaquePointer
  private let path: String

  init(_ handle: OpaquePointer, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ value: Int64, at parameter: Int32) throws(DatabaseError) {
    try check(sqlite3_bind_int64(handle, parameter, value))
  }

  func bind(_ value: Int, at parameter: Int32) throws(DatabaseError) { try bind(Int64(value), at: parameter) }

  func bind(_ value: String, at parameter: Int32) throws(DatabaseError) {
    var text = value
    let code = text.withUTF8 { bytes in
      // An empty buffer may have no address, and a null pointer would bind NULL.
      guard let base = bytes.baseAddress else { return sqlite3_bind_text(handle, parameter, "", 0, transient) }
      return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        sqlite3_bind_text(handle, parameter, $0, Int32(clamping: bytes.count), transient)
      }
    }
    try check(code)
  }

  func bind(_ value: [UInt8], at parameter: Int32) throws(DatabaseError) {
    let code = value.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return sqlite3_bind_zeroblob(handle, parameter, 0) }
      return sqlite3_bind_blob(handle, parameter, base, Int32(clamping: bytes.count), transient)
    }
    try check(code)
  }

  func bindNull(at parameter: Int32) throws(DatabaseError) { try check(sqlite3_bind_null(handle, parameter)) }

  func bind(_ value: Int64?, at parameter: Int32) throws(DatabaseError) {
    if let value { try bind(value, at: parameter) } else { try bindNull(at: parameter) }
  }

  func bind(_ value: String?, at parameter: Int32) throws(DatabaseError) {
    if let value { try bind(value, at: parameter) } else { try bindNull(at: parameter) }
  }

  func bind(_ value: [UInt8]?, at parameter: Int32) throws(DatabaseError) {
    if let value { try bind(value, at: parameter) } else { try bindNull(at: parameter) }
  }

  /// Goes to the next row. False when there is none.
  func step() throws(DatabaseError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure("run a statement", code)
    }
  }

  /// Ends the current run, so that it holds no lock. Bound values stay until they are bound again.
  func reset() { sqlite3_reset(handle) }

  /// Runs a statement that returns no rows, and resets it.
  func run() throws(DatabaseError) {
    defer { reset() }
    _ = try step()
  }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  /// The column as an integer; 0 for NULL and for what is no number.
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  /// The column as text; nil for NULL. Bytes that are not UTF-8 read as U+FFFD.
  func text(_ column: Int32) -> String? {
    guard let base = sqlite3_column_text(handle, column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }

  /// The column as bytes; nil for NULL.
  func bytes(_ column: Int32) -> [UInt8]? {
    guard !isNull(column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    guard let base = sqlite3_column_blob(handle, column) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  var columnNames: [String] {
    (0..<sqlite3_column_count(handle)).map { column in
      sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
    }
  }

  private func check(_ code: Int32) throws(DatabaseError) {
    guard code == SQLITE_OK else { throw failure("bind a value", code) }
  }

  private func failure(_ operation: String, _ code: Int32) -> DatabaseError {
    let extended = sqlite3_extended_errcode(sqlite3_db_handle(handle))
    return DatabaseError(
      operation: operation, path: path, cause: .sqlite(extended & 0xFF == code & 0xFF ? extended : code))
  }
}
