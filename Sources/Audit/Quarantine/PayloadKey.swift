import Guard

/// The key under which stored payloads are encrypted, in a file of 32 bytes beside the database.
///
/// It protects copies and backups of the database, not against a process of the same user.
enum PayloadKey {
  /// `oktsec.db` has `oktsec.db.quarantine.key`.
  static func path(of database: Database) -> String { database.file + ".quarantine.key" }

  /// Nil when there is no file.
  static func load(for database: Database) throws(DatabaseError) -> SealingKey? {
    let path = path(of: database)
    var failure: DatabaseError?
    var isThere = false
    // One byte more than a key has, to see when the file is longer.
    let whole = SealingKey.byteCount + 1
    let key = SealingKey { key in
      withUnsafeTemporaryAllocation(byteCount: whole, alignment: 1) { buffer in
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        defer { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
        do throws(DatabaseError) {
          let count = try PrivateFile.read(path, into: buffer)
          isThere = count != nil
          guard count == SealingKey.byteCount else { return false }
        } catch {
          failure = error
          return false
        }
        key.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<SealingKey.byteCount]))
        return true
      }
    }
    if let failure { throw failure }
    guard key != nil || !isThere else {
      throw DatabaseError(operation: "read the key", path: path, cause: .unsafeFile("it is not a key of 32 bytes"))
    }
    return key
  }

  /// The key, new if there is none. Takes the lock on the database only to make one.
  static func loadOrCreate(for database: Database) throws(DatabaseError) -> SealingKey {
    if let key = try load(for: database) { return key }
    var result: SealingKey?
    try database.transaction { () throws(DatabaseError) in
      // Looked at again under the lock: another process may have been faster.
      if let key = try load(for: database) {
        result = key
        return
      }
      guard let key = SealingKey.generate() else { return }
      try key.withBytes { (bytes) throws(DatabaseError) in try PrivateFile.write(bytes, to: path(of: database)) }
      result = key
    }
    guard let result else {
      throw DatabaseError(
        operation: "make the key", path: path(of: database), cause: .unsafeFile("the system gives no randomness"))
    }
    return result
  }
}
