import CSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why the database could not be used: what was tried, on which file, and the cause. Carries no value of any record.
package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Cause: Sendable, Equatable {
    /// An extended SQLite result code (sqlite.org/rescode.html).
    case sqlite(Int32)
    /// An `errno` value.
    case system(Int32)
    /// The file or its folder could be another user's to read or replace; the text says how.
    case unsafeFile(String)
    /// A SQLite file that another program made.
    case notOurs
    /// The file exists, but nobody has created the tables yet.
    case empty
    /// Written by a newer major version than this program knows. It is left as it is.
    case newerSchema(major: Int, known: Int)
    /// A record that this program cannot read back: damaged, or by a newer version.
    case unreadableRecord(Int64)
    /// Removed or replaced by another file while it was open.
    case fileReplaced
  }

  /// What was being done, as a verb: "open", "insert".
  package let operation: String
  package let path: String
  package let cause: Cause

  /// One line in plain words, without a trailing period.
  package var description: String { "\(path): cannot \(operation): \(explanation)" }

  private var explanation: String {
    switch cause {
    case .sqlite(let code): "\(String(cString: sqlite3_errstr(code))) (SQLite \(code))"
    case .system(let code): String(cString: strerror(code))
    case .unsafeFile(let reason): reason
    case .notOurs: "it is not an oktsec database"
    case .empty: "it holds no records yet"
    case .newerSchema(let major, let known):
      "it was written by a newer version (schema \(major), this program knows \(known))"
    case .unreadableRecord(let cursor): "record \(cursor) is damaged or was written by a newer version"
    case .fileReplaced: "the file was removed or replaced"
    }
  }

  /// Another connection held the lock for longer than the busy handler waits.
  var isBusy: Bool {
    guard case .sqlite(let code) = cause else { return false }
    return code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED
  }

  /// Trying again is of no use: the file is another program's, or of a version to come.
  var isPermanent: Bool {
    switch cause {
    case .notOurs, .newerSchema: true
    case .sqlite, .system, .unsafeFile, .empty, .unreadableRecord, .fileReplaced: false
    }
  }

  /// The database is sound but refuses this one row, now and on every other try.
  var isRefusedRow: Bool {
    guard case .sqlite(let code) = cause else { return false }
    return [SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH].contains(code & 0xFF)
  }
}
