/// Brings a database to the schema that this program knows, or refuses it. Repairs nothing.
struct Schema {
  /// `PRAGMA application_id` of our files: "okts". Tells them from every other SQLite file.
  static let applicationID: Int64 = 0x6F6B_7473

  private let migrations: [Migration]
  /// The version of this program.
  let current: SchemaVersion

  init(migrations: [Migration] = Migration.all) {
    self.migrations = migrations
    current = migrations.last?.version ?? SchemaVersion(major: 0, minor: 0)
  }

  /// Makes a connection ready to write: settings, then the missing migrations, each database once whoever comes first.
  ///
  /// Takes no lock in the common case, where nothing is missing.
  func prepareForWriting(_ database: Database) throws(DatabaseError) {
    try database.retryingWhileBusy { () throws(DatabaseError) in
      if try version(of: database, for: "write") == nil {
        // Lets retention shrink the file later. Has an effect on an empty file only, so before WAL writes a page.
        try database.execute("PRAGMA auto_vacuum = INCREMENTAL", operation: "open")
      }
      try database.execute("PRAGMA journal_mode = WAL", operation: "open")
      try database.execute(
        """
        PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = -512;
        PRAGMA journal_size_limit = 4194304;
        PRAGMA trusted_schema = OFF;
        """, operation: "open")
      try migrate(database)
    }
  }

  /// Checks a connection that only reads. A newer minor version is fine: it only added.
  ///
  /// - Returns: the version found.
  @discardableResult
  func checkForReading(_ database: Database) throws(DatabaseError) -> SchemaVersion {
    var found = SchemaVersion(major: 0, minor: 0)
    try database.retryingWhileBusy { () throws(DatabaseError) in
      try database.execute("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -512;", operation: "open")
      guard let version = try version(of: database, for: "read") else {
        throw DatabaseError(operation: "read", path: database.path, cause: .empty)
      }
      found = version
    }
    return found
  }

  /// Throws when another program has brought the file to a newer major since it was opened. Cheap: for every batch.
  func checkUnchanged(_ database: Database) throws(DatabaseError) {
    let found = SchemaVersion(userVersion: try database.integer("PRAGMA user_version") ?? 0)
    guard found.major <= current.major else { throw newer(found, database, for: "write") }
  }

  private func migrate(_ database: Database) throws(DatabaseError) {
    if let found = try version(of: database, for: "write"), found >= current { return }
    try database.transaction { () throws(DatabaseError) in
      // Looked at again under the lock: another process may have been faster.
      let found = try version(of: database, for: "write") ?? SchemaVersion(major: 0, minor: 0)
      for migration in migrations where migration.version > found {
        try database.execute(migration.sql, operation: "create the tables '\(migration.name)'")
        try migration.completion?(database)
        let note = try database.prepare("INSERT INTO migration(version, name, applied_at) VALUES(?1, ?2, ?3)")
        try note.bind(migration.version.userVersion, at: 1)
        try note.bind(migration.name, at: 2)
        try note.bind(Timestamp.now, at: 3)
        try note.run()
      }
      try database.execute(
        """
        PRAGMA application_id = \(Schema.applicationID);
        PRAGMA user_version = \(max(found, current).userVersion);
        """, operation: "create the tables")
    }
  }

  /// Nil for a file without any table.
  private func version(of database: Database, for operation: String) throws(DatabaseError) -> SchemaVersion? {
    let found = SchemaVersion(userVersion: try database.integer("PRAGMA user_version") ?? 0)
    let application = try database.integer("PRAGMA application_id") ?? 0
    if application == Schema.applicationID, found.userVersion > 0 {
      guard found.major <= current.major else { throw newer(found, database, for: operation) }
      return found
    }
    let objects = try database.integer("SELECT count(*) FROM sqlite_schema") ?? 0
    guard application == 0, found.userVersion == 0, objects == 0 else {
      throw DatabaseError(operation: "open", path: database.path, cause: .notOurs)
    }
    return nil
  }

  private func newer(_ found: SchemaVersion, _ database: Database, for operation: String) -> DatabaseError {
    DatabaseError(
      operation: operation, path: database.path, cause: .newerSchema(major: found.major, known: current.major))
  }
}
