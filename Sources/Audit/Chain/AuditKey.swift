import Guard

/// The key that signs a database's chain. One per database, in a file beside it; every process that writes reads it.
enum AuditKey {
  /// `oktsec.db` has `oktsec.db.audit.key`.
  static func path(of database: Database) -> String { database.file + ".audit.key" }

  /// Nil when there is no file.
  static func load(for database: Database) throws(DatabaseError) -> SigningKey? {
    let path = path(of: database)
    var failure: DatabaseError?
    let key: SigningKey?
    do throws(KeyFileError) {
      key = try KeyFile.privateKey { buffer in
        do throws(DatabaseError) { return try PrivateFile.read(path, into: buffer) } catch {
          failure = error
          return nil
        }
      }
    } catch {
      throw DatabaseError(operation: "read the key", path: path, cause: .unsafeFile(error.description))
    }
    if let failure { throw failure }
    return key
  }

  /// Makes a key and its file. Only within a transaction that may write, so that no two processes do it at once.
  static func create(for database: Database) throws(DatabaseError) -> SigningKey {
    let path = path(of: database)
    guard let key = SigningKey.generate() else {
      throw DatabaseError(operation: "make the key", path: path, cause: .unsafeFile("the system gives no randomness"))
    }
    var failure: DatabaseError?
    do {
      try KeyFile.withText(of: key) { text in
        do throws(DatabaseError) { try PrivateFile.write(text, to: path) } catch { failure = error }
      }
    } catch {
      throw DatabaseError(operation: "make the key", path: path, cause: .unsafeFile("\(error)"))
    }
    if let failure { throw failure }
    return key
  }
}
