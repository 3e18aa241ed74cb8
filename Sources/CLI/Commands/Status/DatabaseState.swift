import Audit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What stands in the place where the database should be.
enum DatabaseState: Equatable {
  case readable
  /// No file.
  case absent
  /// A file in which nobody has made the tables.
  case empty
  /// Of a newer major version than this program knows.
  case newer(schema: Int)
  /// Another program's file.
  case foreign
  /// Why is one of the findings.
  case unusable

  init(_ error: DatabaseError) {
    switch error.cause {
    case .system(ENOENT): self = .absent
    case .empty: self = .empty
    case .newerSchema(let major, _): self = .newer(schema: major)
    case .notOurs: self = .foreign
    default: self = .unusable
    }
  }

  /// Whether opening it would not fail: also true of one that is not there.
  var isReadable: Bool {
    switch self {
    case .readable, .absent, .empty: true
    case .newer, .foreign, .unusable: false
    }
  }

  /// What is said behind its path; nil when there is nothing to say.
  var remark: String? {
    switch self {
    case .readable: nil
    case .absent: "not there yet"
    case .empty: "nothing recorded yet"
    case .newer(let schema): "of a newer oktsec, schema \(schema)"
    case .foreign: "not a database of oktsec"
    case .unusable: "cannot be read"
    }
  }
}
