import Guard

/// Messages that are sent to the address of their recipient (`deliver_to`). They can be fetched all the same.
extension Inbox {
  /// Takes messages that are due, each for one process at a time: until `lease`, nobody else gets them.
  ///
  /// - Parameters:
  ///   - owner: names the process, differently for each.
  ///   - lease: microseconds since 1970. A process that ends before it is done leaves them to others from then on.
  package func claim(
    for recipient: AgentName, owner: String, at now: Int64 = Timestamp.now, lease: Int64, limit: Int
  ) throws(DatabaseError) -> [InboxMessage] {
    try using { (database) throws(DatabaseError) in
      // Without the lock first: mostly there is nothing.
      guard try hasDue(recipient, now, in: database) else { return [] }
      var claimed: [InboxMessage] = []
      try database.transaction { () throws(DatabaseError) in
        let find = try database.cached(
          """
          SELECT \(Self.columns) FROM inbox INDEXED BY inbox_due
          WHERE recipient = ?1 AND due_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
          ORDER BY due_at, number LIMIT ?3
          """)
        defer { find.reset() }
        try find.bind(recipient.description, at: 1)
        try find.bind(now, at: 2)
        try find.bind(limit, at: 3)
        var unreadable: [Int64] = []
        while try find.step() {
          if let message = try message(find, in: database) {
            claimed.append(message)
          } else {
            unreadable.append(find.integer(0))
          }
        }
        find.reset()
        for message in claimed { try set(message.number, owner: owner, lease: lease, in: database) }
        // What cannot be opened must not stand in the way of the rest.
        for number in unreadable { try set(number, owner: owner, lease: now + 3_600_000_000, in: database) }
      }
      return claimed
    }
  }

  /// It arrived: the recipient has it.
  package func finish(_ message: InboxMessage) throws(DatabaseError) {
    try using { (database) throws(DatabaseError) in
      let remove = try database.cached("DELETE FROM inbox WHERE number = ?1 AND id = ?2")
      try remove.bind(message.number, at: 1)
      try remove.bind(message.id.description, at: 2)
      try remove.run()
    }
  }

  /// It did not arrive; the next try is not before `moment`.
  package func postpone(_ message: InboxMessage, owner: String, until moment: Int64) throws(DatabaseError) {
    try using { (database) throws(DatabaseError) in
      let update = try database.cached(
        """
        UPDATE inbox SET attempts = attempts + 1, due_at = ?2, lease_owner = NULL, lease_until = NULL
        WHERE number = ?1 AND lease_owner = ?3
        """)
      try update.bind(message.number, at: 1)
      try update.bind(moment, at: 2)
      try update.bind(owner, at: 3)
      try update.run()
    }
  }

  /// Gives back everything that `owner` has taken and not finished, as if it had not been tried.
  package func release(owner: String) throws(DatabaseError) {
    try using { (database) throws(DatabaseError) in
      let update = try database.cached(
        "UPDATE inbox SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = ?1")
      try update.bind(owner, at: 1)
      try update.run()
    }
  }

  private func hasDue(
    _ recipient: AgentName, _ now: Int64, in database: Database
  ) throws(DatabaseError) -> Bool {
    let find = try database.cached(
      """
      SELECT 1 FROM inbox INDEXED BY inbox_due
      WHERE recipient = ?1 AND due_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2) LIMIT 1
      """)
    defer { find.reset() }
    try find.bind(recipient.description, at: 1)
    try find.bind(now, at: 2)
    return try find.step()
  }

  private func set(_ number: Int64, owner: String, lease: Int64, in database: Database) throws(DatabaseError) {
    let update = try database.cached("UPDATE inbox SET lease_owner = ?2, lease_until = ?3 WHERE number = ?1")
    try update.bind(number, at: 1)
    try update.bind(owner, at: 2)
    try update.bind(lease, at: 3)
    try update.run()
  }
}
