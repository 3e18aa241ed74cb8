import Guard

/// What one webhook is still to be told about one record, taken by one process.
package struct OutboxDelivery: Sendable, Equatable {
  package let number: Int64
  /// The name of the webhook.
  package let target: String
  package let event: String
  /// Tries so far.
  package let attempts: Int
  /// When the row was written; microseconds since 1970.
  package let created: Int64
  package let record: AuditEntry
}

/// Which records a webhook wants to hear of.
package struct OutboxInterest: Sendable, Equatable {
  package var target: String
  package var events: Set<String>
  /// Also those with a finding of one of these rules, whatever their event. Upper case; given in any.
  package let rules: Set<String>

  package init(target: String, events: Set<String>, rules: Set<String> = []) {
    self.target = target
    self.events = events
    self.rules = Set(rules.map { $0.uppercased() })
  }
}

extension OutboxQueue {
  /// Divides new rows among the webhooks, then takes what is due for them, each for one process at a time: until `lease`,
  /// nobody else gets it. A webhook that is down holds up no other, and none is told twice because of it.
  ///
  /// - Parameters:
  ///   - names: the webhooks for which something is taken; nil for all of `interests`, which must always be all.
  ///   - owner: names the process, differently for each.
  ///   - lease: microseconds since 1970. What a process that ends has not finished is given out again from then on.
  ///   - limit: for each webhook.
  package func claim(
    for interests: [OutboxInterest], only names: Set<String>? = nil, owner: String, at now: Int64 = Timestamp.now,
    lease: Int64, limit: Int = 10
  ) throws(DatabaseError) -> [OutboxDelivery] {
    try spread(interests, at: now)
    var claimed: [OutboxDelivery] = []
    for interest in interests where names?.contains(interest.target) ?? true {
      claimed += try claim(interest.target, owner: owner, at: now, lease: lease, limit: limit)
    }
    return claimed
  }

  /// It was told. Also when the lease has run out: it was told all the same.
  package func finish(_ delivery: OutboxDelivery) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in try remove(delivery) }
  }

  /// It could not be told; the next try is not before `moment`. Without effect when another process has taken it.
  package func postpone(_ delivery: OutboxDelivery, owner: String, until moment: Int64) throws(DatabaseError) {
    let update = try database.cached(
      """
      UPDATE outbox_delivery SET attempts = attempts + 1, due_at = ?3, lease_owner = NULL, lease_until = NULL
      WHERE number = ?1 AND target = ?2 AND lease_owner = ?4
      """)
    try update.bind(delivery.number, at: 1)
    try update.bind(delivery.target, at: 2)
    try update.bind(moment, at: 3)
    try update.bind(owner, at: 4)
    try update.run()
  }

  /// Gives back everything that `owner` has taken and not finished, as if it had not been tried.
  package func release(owner: String) throws(DatabaseError) {
    let update = try database.cached(
      "UPDATE outbox_delivery SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = ?1")
    try update.bind(owner, at: 1)
    try update.run()
  }

  /// It is given up, and goes into the list of dead letters.
  ///
  /// - Parameter problem: one line without anything that a peer wrote.
  package func giveUp(
    _ delivery: OutboxDelivery, problem: String, at now: Int64 = Timestamp.now
  ) throws(DatabaseError) {
    try database.transaction { () throws(DatabaseError) in
      // Another process may have done it.
      guard try remove(delivery) else { return }
      try bury(
        target: delivery.target, event: delivery.event, record: delivery.record.id.description,
        created: delivery.created, attempts: delivery.attempts + 1, problem: problem, at: now)
    }
  }

  /// Says that something is sending. Whoever looks after webhooks does this every few seconds.
  package func beat(at now: Int64 = Timestamp.now) throws(DatabaseError) {
    let beat = try database.cached("INSERT OR REPLACE INTO outbox_beat(one, beat_at) VALUES(1, ?1)")
    try beat.bind(now, at: 1)
    try beat.run()
  }

  // MARK: Private

  /// What is left of a webhook that the config no longer names is given up after a day.
  private static let strayLifetime: Int64 = 86_400_000_000
  private static let spreadStep = 200

  private func spread(_ interests: [OutboxInterest], at now: Int64) throws(DatabaseError) {
    guard try database.integer("SELECT 1 FROM outbox INDEXED BY outbox_unspread WHERE spread IS NULL LIMIT 1") != nil
    else { return try buryStrays(interests, at: now) }
    try database.transaction { () throws(DatabaseError) in
      let find = try database.cached(
        """
        SELECT number, seq, event FROM outbox INDEXED BY outbox_unspread WHERE spread IS NULL ORDER BY number
        LIMIT \(Self.spreadStep)
        """)
      var rows: [(number: Int64, seq: Int64, event: String)] = []
      while try find.step() { rows.append((find.integer(0), find.integer(1), find.text(2) ?? "")) }
      find.reset()
      for row in rows {
        let record = try record(row.seq)
        let targets = record.map { record in interests.filter { $0.wants(row.event, record) } } ?? []
        guard !targets.isEmpty else {
          try remove(row.number)
          continue
        }
        for target in targets {
          let insert = try database.cached(
            "INSERT OR IGNORE INTO outbox_delivery(number, target, attempts, due_at) VALUES(?1, ?2, 0, ?3)")
          try insert.bind(row.number, at: 1)
          try insert.bind(target.target, at: 2)
          try insert.bind(now, at: 3)
          try insert.run()
        }
        let mark = try database.cached("UPDATE outbox SET spread = 1 WHERE number = ?1")
        try mark.bind(row.number, at: 1)
        try mark.run()
      }
    }
  }

  private func claim(
    _ target: String, owner: String, at now: Int64, lease: Int64, limit: Int
  ) throws(DatabaseError) -> [OutboxDelivery] {
    let due = """
      FROM outbox_delivery JOIN outbox USING(number)
      WHERE target = ?1 AND outbox_delivery.due_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
      """
    let isDue = try database.cached("SELECT 1 \(due) LIMIT 1")
    try isDue.bind(target, at: 1)
    try isDue.bind(now, at: 2)
    let isThere = try isDue.step()
    isDue.reset()
    guard isThere else { return [] }
    var claimed: [OutboxDelivery] = []
    try database.transaction { () throws(DatabaseError) in
      let find = try database.cached(
        """
        SELECT number, outbox_delivery.attempts, seq, event, created_at \(due)
        ORDER BY outbox_delivery.due_at, number LIMIT ?3
        """)
      try find.bind(target, at: 1)
      try find.bind(now, at: 2)
      try find.bind(limit, at: 3)
      var rows: [(number: Int64, attempts: Int64, seq: Int64, event: String, created: Int64)] = []
      while try find.step() {
        rows.append((find.integer(0), find.integer(1), find.integer(2), find.text(3) ?? "", find.integer(4)))
      }
      find.reset()
      for row in rows {
        // Its record was removed because it is old.
        guard let record = try record(row.seq) else {
          try remove(row.number)
          continue
        }
        let take = try database.cached(
          "UPDATE outbox_delivery SET lease_owner = ?3, lease_until = ?4 WHERE number = ?1 AND target = ?2")
        try take.bind(row.number, at: 1)
        try take.bind(target, at: 2)
        try take.bind(owner, at: 3)
        try take.bind(lease, at: 4)
        try take.run()
        claimed.append(
          OutboxDelivery(
            number: row.number, target: target, event: row.event, attempts: Int(row.attempts), created: row.created,
            record: record))
      }
    }
    return claimed
  }

  /// False when it was not there any more.
  @discardableResult
  private func remove(_ delivery: OutboxDelivery) throws(DatabaseError) -> Bool {
    let statement = try database.cached("DELETE FROM outbox_delivery WHERE number = ?1 AND target = ?2")
    try statement.bind(delivery.number, at: 1)
    try statement.bind(delivery.target, at: 2)
    try statement.run()
    guard database.changes == 1 else { return false }
    let last = try database.cached(
      """
      DELETE FROM outbox WHERE number = ?1 AND spread IS NOT NULL
        AND NOT EXISTS(SELECT 1 FROM outbox_delivery WHERE outbox_delivery.number = ?1)
      """)
    try last.bind(delivery.number, at: 1)
    try last.run()
    return true
  }

  private func buryStrays(_ interests: [OutboxInterest], at now: Int64) throws(DatabaseError) {
    guard
      let oldest = try database.integer("SELECT min(created_at) FROM outbox"), oldest < now - Self.strayLifetime
    else { return }
    let find = try database.cached(
      """
      SELECT number, target, event, created_at, outbox_delivery.attempts, (SELECT id FROM record WHERE seq = outbox.seq)
      FROM outbox_delivery JOIN outbox USING(number) WHERE created_at < ?1
        AND (lease_until IS NULL OR lease_until <= ?2) LIMIT 1000
      """)
    try find.bind(now - Self.strayLifetime, at: 1)
    try find.bind(now, at: 2)
    var strays: [(number: Int64, target: String, event: String, created: Int64, attempts: Int64, record: String)] = []
    while try find.step() {
      let target = find.text(1) ?? ""
      guard !interests.contains(where: { $0.target == target }) else { continue }
      strays.append(
        (find.integer(0), target, find.text(2) ?? "", find.integer(3), find.integer(4), find.text(5) ?? ""))
    }
    find.reset()
    guard !strays.isEmpty else { return }
    try database.transaction { () throws(DatabaseError) in
      for stray in strays {
        let statement = try database.cached("DELETE FROM outbox_delivery WHERE number = ?1 AND target = ?2")
        try statement.bind(stray.number, at: 1)
        try statement.bind(stray.target, at: 2)
        try statement.run()
        guard database.changes == 1 else { continue }
        try bury(
          target: stray.target, event: stray.event, record: stray.record, created: stray.created,
          attempts: Int(stray.attempts), problem: "no webhook of this name is configured", at: now)
      }
      try database.execute(
        "DELETE FROM outbox WHERE spread = 1 AND number NOT IN (SELECT number FROM outbox_delivery)",
        operation: "delete")
    }
  }

  private func bury(
    target: String, event: String, record: String, created: Int64, attempts: Int, problem: String, at now: Int64
  ) throws(DatabaseError) {
    let insert = try database.cached(
      """
      INSERT INTO dead_letter(target, event, record, created_at, given_up_at, attempts, problem)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """)
    try insert.bind(target, at: 1)
    try insert.bind(event, at: 2)
    try insert.bind(record, at: 3)
    try insert.bind(created, at: 4)
    try insert.bind(now, at: 5)
    try insert.bind(attempts, at: 6)
    try insert.bind(problem, at: 7)
    try insert.run()
    let forget = try database.cached("DELETE FROM dead_letter WHERE number <= ?1")
    try forget.bind(database.lastInsertedRow - DeadLetter.capacity, at: 1)
    try forget.run()
  }
}

extension OutboxInterest {
  func wants(_ event: String, _ record: AuditEntry) -> Bool {
    events.contains(event) || (!rules.isEmpty && record.findings.contains { rules.contains($0.rule.uppercased()) })
  }
}
