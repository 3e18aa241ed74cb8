import Guard

/// The revoked keys of a database.
package final class RevocationStore: RevocationList {
  private let path: String

  /// Opens nothing yet.
  package init(path: String) { self.path = path }

  /// Empty when there is no database: then nothing was ever revoked in it.
  package func revokedFingerprints() throws(RevocationError) -> Set<Fingerprint> {
    do throws(DatabaseError) {
      let reader = try AuditReader(path: path)
      guard reader.hasChain else { return [] }
      return try read(reader)
    } catch {
      switch error.cause {
      case .empty: return []
      case .system(let code) where code == Self.noSuchFile: return []
      default: throw RevocationError(error.description)
      }
    }
  }

  package func revoke(_ fingerprint: Fingerprint, of agent: AgentName, at now: Int64) throws(RevocationError) {
    do throws(DatabaseError) {
      let database = try Database(
        path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(5000)))
      try Schema().prepareForWriting(database)
      try database.execute("PRAGMA synchronous = FULL", operation: "open")
      let appender = try RecordAppender(database)
      try appender.transaction { () throws(DatabaseError) in
        let insert = try database.cached(
          "INSERT OR IGNORE INTO revoked_keys(fingerprint, agent, revoked_at) VALUES(?1, ?2, ?3)")
        try insert.bind(fingerprint.hex, at: 1)
        try insert.bind(agent.description, at: 2)
        try insert.bind(now, at: 3)
        try insert.run()
        guard database.changes == 1 else { return }
        var entry = AuditEntry.ofTheTrail(
          reason: "the key \(fingerprint.short) was revoked", to: agent.description, method: "keys/revoke")
        entry.fingerprint = fingerprint.hex
        _ = try appender.append(entry)
      }
    } catch {
      throw RevocationError(error.description)
    }
  }

  private func read(_ reader: AuditReader) throws(DatabaseError) -> Set<Fingerprint> {
    let statement = try reader.database.cached("SELECT fingerprint FROM revoked_keys")
    defer { statement.reset() }
    var revoked: Set<Fingerprint> = []
    while try statement.step() {
      // A row that is no fingerprint may be one that somebody damaged to make a key hold again.
      guard let fingerprint = statement.text(0).flatMap({ Fingerprint(hex: $0) }) else {
        throw DatabaseError(operation: "read", path: path, cause: .unsafeFile("a revoked key is damaged"))
      }
      revoked.insert(fingerprint)
    }
    return revoked
  }

  // ENOENT, without the C library for one number.
  private static let noSuchFile: Int32 = 2
}
