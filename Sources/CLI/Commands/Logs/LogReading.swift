import Audit
import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The audit trail as the `logs` commands see it.
struct LogReading {
  let path: String

  /// Opens the database; nil when there is none yet, or nobody has written to it.
  func open() throws(CommandFailure) -> AuditReader? {
    do throws(DatabaseError) {
      return try AuditReader(path: path)
    } catch {
      switch error.cause {
      case .system(ENOENT), .empty: return nil
      default: throw Self.failure(error)
      }
    }
  }

  /// What to say when `open` finds none.
  var absence: String { "nothing has been recorded yet: there is no database at \(path)" }

  /// Identifies the file, to notice that another has taken its place; nil when there is none.
  var identity: FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64
  }

  static func failure(_ error: DatabaseError) -> CommandFailure {
    switch error.cause {
    case .newerSchema: CommandFailure("\(error)", hint: "use the newer oktsec", exitCode: ExitCode.failure)
    default: CommandFailure("\(error)")
    }
  }
}
