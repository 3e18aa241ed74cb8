/// The SQL for a selection of records. Values are always bound; the text is one of a small fixed set.
struct RecordFilter {
  /// How SQLite shall find the rows. Said outright, because without statistics it guesses.
  enum Path: Equatable {
    case sequence
    case session
    /// One of the states that `record_status` holds.
    case status
    /// By the number of an agent's name.
    case agent(Int64)
    /// The same where the status is one of those that `record_from_status` holds.
    case agentStopped(Int64)
  }

  enum Order {
    case newestFirst
    case oldestFirst
  }

  var path: Path = .sequence
  /// See `RecordColumns.select`.
  var hasItems = true
  private var conditions: [String] = []
  private var values: [Int64] = []

  /// Adds a condition with one `?` in it.
  mutating func require(_ condition: String, _ value: Int64) {
    // Numbered from 3: ?1 is the limit and ?2 the agent, in every form of the statement.
    let parameter = "?\(values.count + 3)"
    conditions.append(condition.split(separator: "?", omittingEmptySubsequences: false).joined(separator: parameter))
    values.append(value)
  }

  func sql(_ order: Order) -> String {
    let direction = order == .newestFirst ? "DESC" : "ASC"
    let select = RecordColumns.select(hasItems: hasItems)
    let tail = "ORDER BY seq \(direction) LIMIT ?1"
    switch path {
    case .sequence: return "\(select) NOT INDEXED\(clause(conditions)) \(tail)"
    case .session: return "\(select) INDEXED BY record_session\(clause(conditions)) \(tail)"
    case .status:
      return "\(select) INDEXED BY record_status\(clause(conditions + ["status <> 0"])) \(tail)"
    case .agent: return union(select, "record_from", "record_to", conditions) + tail
    case .agentStopped:
      return union(select, "record_from_status", "record_to_status", conditions + ["status <> 0"]) + tail
    }
  }

  func bind(to statement: Statement, limit: Int) throws(DatabaseError) {
    try statement.bind(min(max(1, limit), 100_000), at: 1)
    switch path {
    case .agent(let number), .agentStopped(let number): try statement.bind(number, at: 2)
    case .sequence, .session, .status: break
    }
    for (index, value) in values.enumerated() { try statement.bind(value, at: Int32(index + 3)) }
  }

  /// Two ordered walks that SQLite merges, so that it stops at the limit.
  private func union(_ select: String, _ from: String, _ to: String, _ conditions: [String]) -> String {
    let sent = "\(select) INDEXED BY \(from)\(clause(["from_agent = ?2"] + conditions))"
    let received = "\(select) INDEXED BY \(to)\(clause(["to_agent = ?2", "from_agent <> ?2"] + conditions))"
    return "\(sent) UNION ALL \(received) "
  }

  private func clause(_ conditions: [String]) -> String {
    conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }
}
