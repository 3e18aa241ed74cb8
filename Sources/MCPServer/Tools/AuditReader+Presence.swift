import Audit

extension AuditReader {
  /// Opens a database that may not be there yet.
  ///
  /// - Returns: nil when there is none, or nobody has written to it.
  package static func ifPresent(at path: String) throws(DatabaseError) -> AuditReader? {
    do throws(DatabaseError) {
      return try AuditReader(path: path)
    } catch {
      switch error.cause {
      case .empty: return nil
      case .system(let code) where code == noSuchFile: return nil
      default: throw error
      }
    }
  }

  /// ENOENT, without the C library for one number.
  private static let noSuchFile: Int32 = 2
}
