import Guard

/// Writes batches of records over one connection, each batch in one transaction.
final class RecordWriter {
  private let database: Database
  private let appender: RecordAppender
  private let options: StoreOptions
  private var payloadKey: SealingKey?
  /// Whether commits survive power loss. As the last batch needed it.
  private var isDurable = false

  init(
    path: String, busyHandler: BusyHandler, schema: Schema = Schema(), options: StoreOptions = StoreOptions()
  ) throws(DatabaseError) {
    database = try Database(path: path, access: .readWrite, busyHandler: busyHandler)
    self.options = options
    try schema.prepareForWriting(database)
    // The file of the log is kept, not cut and made longer again.
    try database.execute(
      """
      PRAGMA cache_size = -\(options.cacheKilobytes);
      PRAGMA wal_autocheckpoint = \(options.checkpointPages);
      PRAGMA journal_size_limit = \(4096 * (24 + 1 + options.checkpointPages));
      """, operation: "open")
    appender = try RecordAppender(
      database, schema: schema, events: options.events, notifiedRules: options.notifiedRules)
  }

  /// Commits `rows` in their order, then `gap`, if there is one.
  ///
  /// - Returns: by position, what became of the rows that were not simply written. A row is refused when the database
  ///   does not take it by itself (an id that another record bears); an entry that already stands, because an earlier
  ///   commit succeeded without our hearing of it, is not.
  /// - Throws: when nothing of the batch was committed. `fileReplaced`: it was, but to a file that is gone.
  func write(_ rows: ArraySlice<QueuedEntry>, gap: AuditEntry? = nil) throws(DatabaseError) -> [Int: RowOutcome] {
    let sealed = seal(rows)
    let isDurable = rows.contains { $0.isDurable }
    try setDurable(isDurable)
    var outcomes: [Int: RowOutcome] = [:]
    try appender.transaction { () throws(DatabaseError) in
      for position in rows.indices {
        if let outcome = try write(rows[position], sealed[position]) { outcomes[position] = outcome }
      }
      if let gap { _ = try appender.append(gap) }
    }
    guard !database.wasReplaced else {
      throw DatabaseError(operation: "commit", path: database.path, cause: .fileReplaced)
    }
    return outcomes
  }

  /// Outside a transaction, where alone it has an effect.
  private func setDurable(_ wanted: Bool) throws(DatabaseError) {
    guard wanted != isDurable else { return }
    try database.execute("PRAGMA synchronous = \(wanted ? "FULL" : "NORMAL")", operation: "write")
    isDurable = wanted
  }

  /// Does a little of what has to be done now and then: ends overdue items, forgets old signatures, removes old records.
  ///
  /// - Returns: whether there is more to do.
  func maintain(at now: Int64) throws(DatabaseError) -> Bool {
    var hasMore = false
    if try exists("SELECT 1 FROM quarantine WHERE state < 2 AND expires_at <= ?1", now) {
      try appender.transaction { () throws(DatabaseError) in
        hasMore = try appender.expireItems(at: now) >= 100
      }
    }
    if try exists("SELECT 1 FROM seen_signature WHERE expires_at < ?1", now) {
      let forget = try database.cached(
        """
        DELETE FROM seen_signature WHERE payload_key IN
          (SELECT payload_key FROM seen_signature WHERE expires_at < ?1 LIMIT 1000)
        """)
      try forget.bind(now, at: 1)
      try forget.run()
    }
    if try exists("SELECT 1 FROM message_seen WHERE expires_at < ?1", now) {
      let forget = try database.cached(
        """
        DELETE FROM message_seen WHERE (scope, message_id) IN
          (SELECT scope, message_id FROM message_seen WHERE expires_at < ?1 LIMIT 1000)
        """)
      try forget.bind(now, at: 1)
      try forget.run()
    }
    if options.retentionDays > 0 {
      let cutoff = now - Int64(options.retentionDays) * 86_400_000_000
      if try appender.prune(before: cutoff) { hasMore = true }
    }
    return hasMore
  }

  private func exists(_ sql: String, _ moment: Int64) throws(DatabaseError) -> Bool {
    let statement = try database.cached("\(sql) LIMIT 1")
    defer { statement.reset() }
    try statement.bind(moment, at: 1)
    return try statement.step()
  }

  // MARK: Single rows

  /// Nil when the row was simply written.
  private func write(_ row: QueuedEntry, _ sealed: SealedItem?) throws(DatabaseError) -> RowOutcome? {
    switch row.extra {
    case nil: return try appender.append(row.entry) ? nil : .refused
    case .hold:
      guard let sealed else {
        return try appender.append(row.entry.blocked("it cannot be encrypted")) ? .notHeld : .refused
      }
      switch try appender.hold(sealed, with: row.entry) {
      case .held(let item): return .held(item)
      case .full: return .notHeld
      case nil: return .refused
      }
    case .once(let key, let until, let otherwise):
      if try appender.standing(row.entry) != nil { return nil }
      if try appender.standing(otherwise) != nil { return .repeated }
      let note = try database.cached(
        "INSERT OR IGNORE INTO seen_signature(payload_key, expires_at) VALUES(?1, ?2)")
      try note.bind(key.bytes, at: 1)
      try note.bind(until, at: 2)
      try note.run()
      let isNew = database.changes == 1
      guard try appender.append(isNew ? row.entry : otherwise) else { return .refused }
      return isNew ? nil : .repeated
    case .message(let message):
      return try appender.submit(message, sealed, with: row.entry, limits: options.inbox).map { .submitted($0) }
        ?? .refused
    }
  }

  /// Seals what is to be held. By position; nothing for what cannot be.
  private func seal(_ rows: ArraySlice<QueuedEntry>) -> [Int: SealedItem] {
    var sealed: [Int: SealedItem] = [:]
    for position in rows.indices {
      guard let item = rows[position].stored else { continue }
      if payloadKey == nil { payloadKey = try? PayloadKey.loadOrCreate(for: database) }
      guard let payloadKey else { continue }
      sealed[position] = SealedItem(item, id: rows[position].entry.id, with: payloadKey)
    }
    return sealed
  }
}
