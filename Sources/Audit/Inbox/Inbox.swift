import Guard

/// The inboxes of a database, for the process that hands messages out. For one thread at a time.
///
/// A message stays until it is acknowledged, whoever has read it: at least once. Opens the database on first use, and
/// again after an error.
package final class Inbox {
  private let path: String
  private var database: Database?
  private var key: SealingKey?

  /// Opens nothing yet.
  package init(path: String) { self.path = path }

  /// Messages for a recipient, in the order in which they were accepted.
  ///
  /// What cannot be opened with the key beside the database is left out; it stays.
  ///
  /// - Parameters:
  ///   - number: only those behind it; 0 for all.
  ///   - bytes: ends before a message with which the payloads together would be longer, but not before the first.
  package func messages(
    for recipient: AgentName, after number: Int64 = 0, limit: Int = 100, maximumBytes bytes: Int = 4 * 1024 * 1024
  ) throws(DatabaseError) -> InboxPage {
    try using { (database) throws(DatabaseError) in
      let find = try database.cached(
        "SELECT \(Self.columns) FROM inbox WHERE recipient = ?1 AND number > ?2 ORDER BY number")
      defer { find.reset() }
      try find.bind(recipient.description, at: 1)
      try find.bind(number, at: 2)
      var page = InboxPage()
      var total = 0
      while try find.step() {
        total += Int(find.integer(5))
        guard page.messages.count < limit, total <= bytes || page.messages.isEmpty else {
          page.hasMore = true
          break
        }
        if let message = try message(find, in: database) { page.messages.append(message) }
      }
      return page
    }
  }

  /// Whether there is a message behind `number`. One look at an index.
  package func hasMessage(for recipient: AgentName, after number: Int64 = 0) throws(DatabaseError) -> Bool {
    try using { (database) throws(DatabaseError) in
      let find = try database.cached("SELECT 1 FROM inbox WHERE recipient = ?1 AND number > ?2 LIMIT 1")
      defer { find.reset() }
      try find.bind(recipient.description, at: 1)
      try find.bind(number, at: 2)
      return try find.step()
    }
  }

  /// Changes when any other connection, of whatever process, has written. Cheap.
  package func dataVersion() throws(DatabaseError) -> Int64 {
    try using { (database) throws(DatabaseError) in try database.integer("PRAGMA data_version") ?? 0 }
  }

  package enum Acknowledgement: Sendable, Equatable {
    /// It is gone for good.
    case acknowledged
    /// There is none: perhaps it was acknowledged before.
    case unknown
    /// Several senders gave this id; the recipient has to name the message by its own.
    case ambiguous
  }

  /// Removes a message, named by its own id or by its `message_id`.
  package func acknowledge(_ name: String, by recipient: AgentName) throws(DatabaseError) -> Acknowledgement {
    try using { (database) throws(DatabaseError) in
      var outcome = Acknowledgement.unknown
      try database.transaction { () throws(DatabaseError) in
        let own = try database.cached("DELETE FROM inbox WHERE id = ?1 AND recipient = ?2")
        try own.bind(name, at: 1)
        try own.bind(recipient.description, at: 2)
        try own.run()
        if database.changes == 1 {
          outcome = .acknowledged
          return
        }
        let find = try database.cached("SELECT count(*) FROM inbox WHERE recipient = ?1 AND message_id = ?2")
        defer { find.reset() }
        try find.bind(recipient.description, at: 1)
        try find.bind(name, at: 2)
        guard try find.step(), find.integer(0) > 0 else { return }
        guard find.integer(0) == 1 else {
          outcome = .ambiguous
          return
        }
        let remove = try database.cached("DELETE FROM inbox WHERE recipient = ?1 AND message_id = ?2")
        try remove.bind(recipient.description, at: 1)
        try remove.bind(name, at: 2)
        try remove.run()
        outcome = .acknowledged
      }
      return outcome
    }
  }

  /// Notes a signature of a recipient, which counts once. Survives power loss.
  ///
  /// - Parameter until: microseconds since 1970; from then on it may be forgotten.
  /// - Returns: false when it was seen before.
  package func noteOnce(_ key: Digest, until: Int64) throws(DatabaseError) -> Bool {
    try using { (database) throws(DatabaseError) in
      let note = try database.cached("INSERT OR IGNORE INTO seen_signature(payload_key, expires_at) VALUES(?1, ?2)")
      try note.bind(key.bytes, at: 1)
      try note.bind(until, at: 2)
      try note.run()
      return database.changes == 1
    }
  }

  /// What waits for a recipient.
  package func usage(of recipient: AgentName) throws(DatabaseError) -> (messages: Int, bytes: Int) {
    try using { (database) throws(DatabaseError) in
      let find = try database.cached("SELECT messages, bytes FROM inbox_usage WHERE recipient = ?1")
      defer { find.reset() }
      try find.bind(recipient.description, at: 1)
      return try find.step() ? (Int(find.integer(0)), Int(find.integer(1))) : (0, 0)
    }
  }

  // MARK: Private

  static let columns = "number, id, sender, message_id, created_at, payload_bytes, attempts, payload, signature"

  /// Nil when it cannot be opened.
  func message(_ row: Statement, in database: Database) throws(DatabaseError) -> InboxMessage? {
    if key == nil { key = try PayloadKey.load(for: database) }
    guard let key, let id = row.text(1).flatMap({ EventID($0) }), let sealed = row.bytes(7),
      let payload = key.open(sealed, as: SealedItem.name(id))
    else { return nil }
    return InboxMessage(
      number: row.integer(0), id: id, sender: row.text(2) ?? "", messageID: row.text(3) ?? "",
      signature: SignatureState(rawValue: Int(row.integer(8))) ?? .absent, accepted: row.integer(4),
      attempts: Int(row.integer(6)), payload: payload)
  }

  func using<Result>(
    _ body: (Database) throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    let database = try opened()
    do {
      return try body(database)
    } catch {
      if !error.isBusy { self.database = nil }
      throw error
    }
  }

  private func opened() throws(DatabaseError) -> Database {
    if let database, !database.wasReplaced { return database }
    key = nil
    let database = try Database(path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(5000)))
    try Schema().prepareForWriting(database)
    try database.execute("PRAGMA synchronous = FULL", operation: "open")
    self.database = database
    return database
  }
}

/// A message that waits for its recipient.
package struct InboxMessage: Sendable, Equatable {
  /// Its place in the order of all inboxes.
  package let number: Int64
  /// Its own id: that of its record, or of the quarantined item that it was.
  package let id: EventID
  package let sender: String
  /// The sender's, or one that was made for it. Two senders may have given the same.
  package let messageID: String
  /// Whether the sender signed it, and we saw that the signature holds.
  package let signature: SignatureState
  /// When it was accepted or approved; microseconds since 1970.
  package let accepted: Int64
  /// Tries so far to send it to the recipient's address.
  package let attempts: Int
  /// The body of the sender's request as it came.
  package let payload: [UInt8]
}

package struct InboxPage: Sendable, Equatable {
  package var messages: [InboxMessage] = []
  package var hasMore = false
}
