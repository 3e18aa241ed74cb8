import Guard

/// Removes old records: whole prefixes of the chain, a few hundred at a time, each behind a signed statement about the last
/// one, so that what is left can still be verified.
extension RecordAppender {
  /// Records removed in one transaction. Held short, because other writers wait for it.
  static let pruneStep: Int64 = 500

  /// Removes the oldest records from before `cutoff`, at most `pruneStep`, in a transaction of its own.
  ///
  /// The last record always stays, and so does everything from the first record on whose quarantined item is open. When
  /// the clock went back, a record from before `cutoff` that stands behind a newer one stays until that one goes.
  ///
  /// - Returns: whether there may be more.
  func prune(before cutoff: Int64) throws(DatabaseError) -> Bool {
    // Looked at without the lock first: nearly always there is nothing.
    guard try prunable(before: cutoff) != nil else { return false }
    var hasMore = false
    try transaction { () throws(DatabaseError) in
      guard let (first, bound) = try prunable(before: cutoff) else { return }
      let last = min(first + Self.pruneStep, bound) - 1
      hasMore = last < bound - 1
      try remove(through: last)
    }
    // What the removed rows leave; also a write, so in a transaction of its own.
    try database.execute("PRAGMA incremental_vacuum(256)", operation: "shrink")
    return hasMore
  }

  /// The oldest record, and the first that stays; nil when none is to go.
  private func prunable(before cutoff: Int64) throws(DatabaseError) -> (first: Int64, bound: Int64)? {
    guard let first = try database.integer("SELECT min(seq) FROM record"),
      let last = try database.integer("SELECT max(seq) FROM record")
    else { return nil }
    let minutes = try database.cached("SELECT min(first_seq) FROM minute WHERE minute >= ?1")
    defer { minutes.reset() }
    try minutes.bind(cutoff / 60_000_000, at: 1)
    var bound = try minutes.step() && !minutes.isNull(0) ? minutes.integer(0) : last
    if let open = try database.integer("SELECT min(seq) FROM quarantine WHERE state < 2") { bound = min(bound, open) }
    bound = min(bound, last)
    return first < bound ? (first, bound) : nil
  }

  private func remove(through last: Int64) throws(DatabaseError) {
    let newest = try uncount(through: last)
    if let hash = try link(of: last) { try chain.note(.pruned, seq: last, hash: hash) }
    try counts.write()
    try counts.removeZeros(until: newest)
    let removals = [
      "DELETE FROM finding WHERE seq <= ?1",
      "DELETE FROM record WHERE seq <= ?1",
      "DELETE FROM outbox WHERE seq <= ?1",
      "DELETE FROM quarantine WHERE seq <= ?1 AND state >= 2",
      // Older statements say nothing about what is left. The latest pruned one is `last` itself.
      "DELETE FROM checkpoint WHERE seq < ?1",
    ]
    let minute = try lastMinute(through: last)
    for sql in removals {
      let statement = try database.cached(sql)
      try statement.bind(last, at: 1)
      try statement.run()
    }
    guard let minute else { return }
    // "No earlier row has a timestamp from then on" stays true for every minute that is asked for.
    let forget = try database.cached("DELETE FROM minute WHERE first_seq <= ?1")
    try forget.bind(last, at: 1)
    try forget.run()
    let note = try database.cached("INSERT OR REPLACE INTO minute(minute, first_seq) VALUES(?1, ?2)")
    try note.bind(minute, at: 1)
    try note.bind(last + 1, at: 2)
    try note.run()
  }

  /// Takes the records to be removed out of the counts. Returns the newest of their timestamps.
  private func uncount(through last: Int64) throws(DatabaseError) -> Int64 {
    var newest = Int64.min
    let records = try database.cached(
      "SELECT timestamp, from_agent, to_agent, status, verdict FROM record WHERE seq <= ?1")
    defer { records.reset() }
    try records.bind(last, at: 1)
    while try records.step() {
      newest = max(newest, records.integer(0))
      counts.add(
        CountedRecord(
          timestamp: records.integer(0), from: records.integer(1), to: records.integer(2), status: records.integer(3),
          verdict: records.integer(4)), weight: -1)
    }
    let findings = try database.cached(
      "SELECT record.timestamp, finding.rule FROM finding JOIN record USING(seq) WHERE finding.seq <= ?1")
    defer { findings.reset() }
    try findings.bind(last, at: 1)
    while try findings.step() { counts.add(rule: findings.integer(1), at: findings.integer(0), weight: -1) }
    return newest
  }

  /// Nil for a record from before the chain: then the chain's own beginning is the base.
  private func link(of seq: Int64) throws(DatabaseError) -> Digest? {
    let statement = try database.cached("SELECT chain FROM record WHERE seq = ?1")
    defer { statement.reset() }
    try statement.bind(seq, at: 1)
    return try statement.step() ? statement.bytes(0).flatMap { Digest(bytes: $0) } : nil
  }

  private func lastMinute(through seq: Int64) throws(DatabaseError) -> Int64? {
    let statement = try database.cached("SELECT max(minute) FROM minute WHERE first_seq <= ?1")
    defer { statement.reset() }
    try statement.bind(seq, at: 1)
    return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
  }
}
