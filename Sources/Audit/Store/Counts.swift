import Guard

/// How a record counts in the roll-ups.
struct CountedRecord {
  var timestamp: Int64
  var from: Int64
  var to: Int64
  var status: Int64
  var verdict: Int64
}

/// The roll-ups of one transaction: collected in memory, written with a few statements before the commit.
///
/// They always equal what GROUP BY over the records would give; retention takes away what it removes.
final class Counts {
  private struct Outcome: Hashable {
    let span: Span
    let start: Int64
    let status: Int64
    let verdict: Int64
  }

  private struct Agent: Hashable {
    let span: Span
    let start: Int64
    let agent: Int64
    let status: Int64
  }

  private struct Rule: Hashable {
    let span: Span
    let start: Int64
    let rule: Int64
  }

  private var outcomes: [Outcome: Int64] = [:]
  private var agents: [Agent: (sent: Int64, received: Int64)] = [:]
  private var rules: [Rule: Int64] = [:]
  private let addOutcome: Statement
  private let addAgent: Statement
  private let addRule: Statement
  private let database: Database

  init(_ database: Database) throws(DatabaseError) {
    self.database = database
    addOutcome = try database.prepare(
      """
      INSERT INTO count_outcome(span, start, status, verdict, records) VALUES(?1, ?2, ?3, ?4, ?5)
      ON CONFLICT(span, start, status, verdict) DO UPDATE SET records = records + excluded.records
      """)
    addAgent = try database.prepare(
      """
      INSERT INTO count_agent(span, start, agent, status, sent, received) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT(span, start, agent, status)
      DO UPDATE SET sent = sent + excluded.sent, received = received + excluded.received
      """)
    addRule = try database.prepare(
      """
      INSERT INTO count_rule(span, start, rule, findings) VALUES(?1, ?2, ?3, ?4)
      ON CONFLICT(span, start, rule) DO UPDATE SET findings = findings + excluded.findings
      """)
  }

  /// - Parameter weight: 1 for a record that was added, -1 for one that was removed.
  func add(_ record: CountedRecord, weight: Int64 = 1) {
    for span in Span.allCases {
      let start = span.start(of: record.timestamp)
      outcomes[
        Outcome(span: span, start: start, status: record.status, verdict: record.verdict), default: 0] += weight
      let sender = Agent(span: span, start: start, agent: record.from, status: record.status)
      agents[sender, default: (0, 0)].sent += weight
      let receiver = Agent(span: span, start: start, agent: record.to, status: record.status)
      agents[receiver, default: (0, 0)].received += weight
    }
  }

  func add(rule: Int64, at timestamp: Int64, weight: Int64 = 1) {
    for span in Span.allCases {
      rules[Rule(span: span, start: span.start(of: timestamp), rule: rule), default: 0] += weight
    }
  }

  func write() throws(DatabaseError) {
    for (key, records) in outcomes {
      try addOutcome.bind(key.span.rawValue, at: 1)
      try addOutcome.bind(key.start, at: 2)
      try addOutcome.bind(key.status, at: 3)
      try addOutcome.bind(key.verdict, at: 4)
      try addOutcome.bind(records, at: 5)
      try addOutcome.run()
    }
    for (key, records) in agents {
      try addAgent.bind(key.span.rawValue, at: 1)
      try addAgent.bind(key.start, at: 2)
      try addAgent.bind(key.agent, at: 3)
      try addAgent.bind(key.status, at: 4)
      try addAgent.bind(records.sent, at: 5)
      try addAgent.bind(records.received, at: 6)
      try addAgent.run()
    }
    for (key, findings) in rules {
      try addRule.bind(key.span.rawValue, at: 1)
      try addRule.bind(key.start, at: 2)
      try addRule.bind(key.rule, at: 3)
      try addRule.bind(findings, at: 4)
      try addRule.run()
    }
    forget()
  }

  /// Removes the counts that retention brought to zero, in the spans up to a moment.
  func removeZeros(until timestamp: Int64) throws(DatabaseError) {
    let conditions = [
      ("count_outcome", "records = 0"), ("count_agent", "sent = 0 AND received = 0"), ("count_rule", "findings = 0"),
    ]
    for (table, condition) in conditions {
      for span in Span.allCases {
        let statement = try database.cached("DELETE FROM \(table) WHERE span = ?1 AND start <= ?2 AND \(condition)")
        try statement.bind(span.rawValue, at: 1)
        try statement.bind(span.start(of: timestamp), at: 2)
        try statement.run()
      }
    }
  }

  func forget() {
    outcomes.removeAll(keepingCapacity: true)
    agents.removeAll(keepingCapacity: true)
    rules.removeAll(keepingCapacity: true)
  }
}

/// What a count of the roll-ups covers.
enum Span: Int, CaseIterable {
  case all = 0
  case hour = 1
  case day = 24

  /// Of the span, in microseconds; 0 for all.
  var length: Int64 { Int64(rawValue) * 3_600_000_000 }

  /// The number of the span that holds a moment. Rounds towards zero, as SQL does.
  func start(of timestamp: Int64) -> Int64 { self == .all ? 0 : timestamp / length }
}
