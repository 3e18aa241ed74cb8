import Guard

/// An item of the quarantine, without its payload.
package struct QuarantineListing: Sendable, Equatable {
  package let id: EventID
  package let kind: QuarantineItem.Kind
  /// An item whose time has run out is `expired`, also while nobody has written that down yet.
  package let state: QuarantineState
  /// Moments are microseconds since 1970.
  package let created: Int64
  package let expires: Int64
  package let decided: Int64?
  package let used: Int64?
  package let reviewer: String?
  package let reason: String?
  /// How often the same message came while it was waiting.
  package let timesHeld: Int
  package let payloadBytes: Int
  /// The record of the message, with what was found.
  package let record: AuditEntry
}

/// What an id, or the beginning of one, names.
package enum QuarantineLookup: Sendable, Equatable {
  case found(QuarantineListing)
  case none
  /// The first of those that begin so, oldest first; at most ten.
  case ambiguous([EventID])
}

extension AuditReader {
  /// Items, the newest first.
  ///
  /// - Parameter state: nil for every state. Cost: proportional to the items that there are.
  package func quarantineItems(
    _ state: QuarantineState? = nil, limit: Int = 100, now: Int64 = Timestamp.now
  ) throws(DatabaseError) -> [QuarantineListing] {
    guard hasChain else { return [] }
    let statement = try database.cached(Self.listing(where: "?1 IS NULL OR shown = ?1", limit: "?3"))
    try statement.bind(state?.code, at: 1)
    try statement.bind(now, at: 2)
    try statement.bind(max(1, min(limit, 100_000)), at: 3)
    return try listings(statement)
  }

  /// Looks for an item by its id, the beginning of one, or the id of a record that is about it.
  package func quarantineItem(
    idPrefix: String, now: Int64 = Timestamp.now
  ) throws(DatabaseError) -> QuarantineLookup {
    let prefix = idPrefix.lowercased()
    guard hasChain, !prefix.isEmpty, prefix.utf8.count <= 20, prefix.utf8.allSatisfy(Self.isDigit) else { return .none }
    var found = try listings(startingWith: prefix, now)
    if found.isEmpty, case .found(let record) = try record(idPrefix: prefix), let item = record.entry.quarantineItem {
      found = try listings(startingWith: item.description, now)
    }
    guard let first = found.first else { return .none }
    return found.count == 1 ? .found(first) : .ambiguous(found.map(\.id))
  }

  /// What was withheld. Nil when it is no longer stored, or cannot be opened with the key beside the database.
  package func payload(of id: EventID) throws(DatabaseError) -> [UInt8]? {
    guard hasChain else { return nil }
    let statement = try database.cached("SELECT payload FROM quarantine WHERE id = ?1")
    defer { statement.reset() }
    try statement.bind(id.description, at: 1)
    guard try statement.step(), let sealed = statement.bytes(0), let key = try PayloadKey.load(for: database) else {
      return nil
    }
    return key.open(sealed, as: SealedItem.name(id))
  }

  /// Items by state; those without any are left out.
  package func quarantineCounts(now: Int64 = Timestamp.now) throws(DatabaseError) -> [QuarantineState: Int] {
    guard hasChain else { return [:] }
    let statement = try database.cached("SELECT \(Self.shown), count(*) FROM quarantine GROUP BY 1")
    defer { statement.reset() }
    try statement.bind(now, at: 2)
    var counts: [QuarantineState: Int] = [:]
    while try statement.step() {
      if let state = QuarantineState(code: statement.integer(0)) { counts[state] = Int(statement.integer(1)) }
    }
    return counts
  }

  // MARK: Private

  private static let shown = "CASE WHEN state < 2 AND expires_at <= ?2 THEN 3 ELSE state END"

  private static func listing(where condition: String, limit: String, order: String = "DESC") -> String {
    """
    SELECT id, kind, \(shown) AS shown, created_at, expires_at, decided_at, used_at, reviewer, review_reason,
      times_held, payload_bytes
    FROM quarantine WHERE \(condition) ORDER BY number \(order) LIMIT \(limit)
    """
  }

  private func listings(startingWith prefix: String, _ now: Int64) throws(DatabaseError) -> [QuarantineListing] {
    // "{" follows "z", the last digit an id can have.
    let statement = try database.cached(
      Self.listing(where: "id >= ?1 AND id < ?1 || '{'", limit: "10", order: "ASC"))
    try statement.bind(prefix, at: 1)
    try statement.bind(now, at: 2)
    return try listings(statement)
  }

  private func listings(_ rows: Statement) throws(DatabaseError) -> [QuarantineListing] {
    defer { rows.reset() }
    var items: [QuarantineListing] = []
    while try rows.step() {
      guard let id = rows.text(0).flatMap({ EventID($0) }), let kind = QuarantineItem.Kind(code: rows.integer(1)),
        let state = QuarantineState(code: rows.integer(2)),
        case .found(let record) = try record(idPrefix: id.description)
      else { continue }
      items.append(
        QuarantineListing(
          id: id, kind: kind, state: state, created: rows.integer(3), expires: rows.integer(4),
          decided: rows.isNull(5) ? nil : rows.integer(5), used: rows.isNull(6) ? nil : rows.integer(6),
          reviewer: rows.text(7), reason: rows.text(8), timesHeld: Int(rows.integer(9)),
          payloadBytes: Int(rows.integer(10)), record: record.entry))
    }
    return items
  }
}
