import Guard

/// Counts of records, from the roll-ups. They are exact for whole hours, or for all records that stand.
package struct AuditStatistics: Sendable, Equatable {
  package struct Hour: Sendable, Equatable {
    /// Microseconds since 1970.
    package let start: Int64
    package let statuses: [DeliveryStatus: Int]
  }

  package struct Agent: Sendable, Equatable {
    package let name: String
    package let sent: Int
    package let received: Int
    /// Of both, those that were not delivered.
    package let stopped: Int
    /// When it last sent or received something, as far as `since` goes back; microseconds since 1970.
    package let lastSeen: Int64?
  }

  package struct Rule: Sendable, Equatable {
    package let rule: String
    package let name: String
    package let category: String
    package let findings: Int
  }

  package var records = 0
  package var statuses: [DeliveryStatus: Int] = [:]
  package var verdicts: [Verdict: Int] = [:]
  /// Oldest first; hours without a record are left out. Only when the time asked for is at most two days.
  package var hours: [Hour] = []
  /// The busiest first.
  package var agents: [Agent] = []
  /// Those found most often first.
  package var rules: [Rule] = []
}

extension AuditReader {
  /// Counts the records since a moment, rounded down to the hour, beyond two days to the day (UTC); nil for all.
  ///
  /// Cost: the hours or days asked for, times the agents and rules that occur in them; not the records.
  package func statistics(
    since: Int64? = nil, topRules: Int = 10, topAgents: Int = 100
  ) throws(DatabaseError) -> AuditStatistics {
    var statistics = AuditStatistics()
    guard hasChain else { return statistics }
    let isRecent = since.map { Timestamp.now - $0 <= 2 * 86_400_000_000 + 3_600_000_000 } ?? false
    let span: Span = since == nil ? .all : isRecent ? .hour : .day
    let start = since.map { span.start(of: $0) } ?? 0
    try readOutcomes(span, start, &statistics)
    statistics.agents = try agents(span, start, limit: topAgents)
    statistics.rules = try rules(span, start, limit: topRules)
    return statistics
  }

  private func readOutcomes(_ span: Span, _ start: Int64, _ statistics: inout AuditStatistics) throws(DatabaseError) {
    let rows = try query(
      """
      SELECT start, status, verdict, records FROM count_outcome WHERE span = ?1 AND start >= ?2 ORDER BY start
      """, span, start)
    defer { rows.reset() }
    var hour: (start: Int64, statuses: [DeliveryStatus: Int])?
    func finishHour() {
      guard let done = hour, span == .hour else { return }
      statistics.hours.append(.init(start: done.start * span.length, statuses: done.statuses))
    }
    while try rows.step() {
      guard let status = DeliveryStatus(code: rows.integer(1)), let verdict = Verdict(code: rows.integer(2)) else {
        continue
      }
      if hour?.start != rows.integer(0) {
        finishHour()
        hour = (rows.integer(0), [:])
      }
      let records = Int(rows.integer(3))
      hour?.statuses[status, default: 0] += records
      statistics.statuses[status, default: 0] += records
      statistics.verdicts[verdict, default: 0] += records
      statistics.records += records
    }
    finishHour()
  }

  private func agents(_ span: Span, _ start: Int64, limit: Int) throws(DatabaseError) -> [AuditStatistics.Agent] {
    let rows = try query(
      """
      SELECT agent, (SELECT text FROM word WHERE id = agent), sum(sent), sum(received),
        sum(CASE status WHEN 0 THEN 0 ELSE sent + received END)
      FROM count_agent WHERE span = ?1 AND start >= ?2 GROUP BY agent ORDER BY sum(sent + received) DESC LIMIT ?3
      """, span, start)
    defer { rows.reset() }
    try rows.bind(limit, at: 3)
    var agents: [AuditStatistics.Agent] = []
    while try rows.step() {
      guard let name = rows.text(1), !name.isEmpty else { continue }
      agents.append(
        .init(
          name: name, sent: Int(rows.integer(2)), received: Int(rows.integer(3)), stopped: Int(rows.integer(4)),
          lastSeen: try lastSeen(rows.integer(0))))
    }
    return agents
  }

  private func lastSeen(_ agent: Int64) throws(DatabaseError) -> Int64? {
    let row = try database.cached(
      """
      SELECT timestamp FROM record WHERE seq = max(
        coalesce((SELECT max(seq) FROM record INDEXED BY record_from WHERE from_agent = ?1), 0),
        coalesce((SELECT max(seq) FROM record INDEXED BY record_to WHERE to_agent = ?1), 0))
      """)
    defer { row.reset() }
    try row.bind(agent, at: 1)
    return try row.step() ? row.integer(0) : nil
  }

  private func rules(_ span: Span, _ start: Int64, limit: Int) throws(DatabaseError) -> [AuditStatistics.Rule] {
    let rows = try query(
      """
      SELECT rule_id, name, category, sum(findings) FROM count_rule JOIN rule ON rule.id = count_rule.rule
      WHERE span = ?1 AND start >= ?2 GROUP BY rule_id ORDER BY 4 DESC, 1 LIMIT ?3
      """, span, start)
    defer { rows.reset() }
    try rows.bind(limit, at: 3)
    var rules: [AuditStatistics.Rule] = []
    while try rows.step() {
      guard let rule = rows.text(0), let name = rows.text(1), let category = rows.text(2) else { continue }
      rules.append(.init(rule: rule, name: name, category: category, findings: Int(rows.integer(3))))
    }
    return rules
  }

  private func query(_ sql: String, _ span: Span, _ start: Int64) throws(DatabaseError) -> Statement {
    let statement = try database.cached(sql)
    try statement.bind(span.rawValue, at: 1)
    try statement.bind(start, at: 2)
    return statement
  }
}
