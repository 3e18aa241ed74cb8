/// One named step of the schema. Steps are never edited after a release; a new step is added at the end.
///
/// Within a major version a step only adds (tables, indexes, columns that may be NULL), so that an older program of
/// the same major keeps writing correct records. A step that cannot keep this promise begins a new major.
struct Migration: Sendable {
  let version: SchemaVersion
  /// Kept in the database, for people.
  let name: String
  let sql: String
  /// What SQL alone cannot do. Runs behind it, in the same transaction.
  var completion: (@Sendable (Database) throws(DatabaseError) -> Void)?

  /// All steps, oldest first. The last one is the version of this program.
  static let all: [Migration] = [.records, .chain, .delivery]
}

/// Stored as `PRAGMA user_version`: 1000 times the major, plus the minor.
struct SchemaVersion: Sendable, Comparable {
  let major: Int
  let minor: Int

  init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  init(userVersion: Int64) {
    major = Int(userVersion / 1000)
    minor = Int(userVersion % 1000)
  }

  var userVersion: Int64 { Int64(major) * 1000 + Int64(minor) }

  static func < (left: SchemaVersion, right: SchemaVersion) -> Bool { left.userVersion < right.userVersion }
}
