import Guard

/// What webhooks were not told, and why.
package struct DeadLetter: Sendable, Equatable {
  /// The newest that are kept.
  static let capacity: Int64 = 1000

  package let number: Int64
  package let target: String
  package let event: String
  /// The record that it is about; empty when that is gone.
  package let record: String
  /// Moments are microseconds since 1970.
  package let created: Int64
  package let givenUp: Int64
  package let attempts: Int
  package let problem: String
}

/// Whether webhooks are being told what they are to be told.
package struct OutboxState: Sendable, Equatable {
  /// Records of which at least one webhook is still to be told.
  package var waiting = 0
  /// Since when the oldest of them waits; microseconds since 1970, as `lastBeat`.
  package var oldest: Int64?
  /// When a process last looked for what is to be sent; nil when none ever did.
  package var lastBeat: Int64?
  package var deadLetters = 0

  /// Senders beat every ten seconds. From a minute on nothing is sending.
  package func isSending(at now: Int64 = Timestamp.now) -> Bool {
    lastBeat.map { now - $0 < 60_000_000 } ?? false
  }
}

extension AuditReader {
  /// Read-only; empty for a database that no program of this version has written to.
  package func outboxState() throws(DatabaseError) -> OutboxState {
    var state = OutboxState()
    guard hasChain else { return state }
    let waiting = try database.cached("SELECT count(*), min(created_at) FROM outbox")
    defer { waiting.reset() }
    if try waiting.step() {
      state.waiting = Int(waiting.integer(0))
      state.oldest = waiting.isNull(1) ? nil : waiting.integer(1)
    }
    guard try hasDelivery() else { return state }
    state.lastBeat = try database.integer("SELECT beat_at FROM outbox_beat")
    state.deadLetters = Int(try database.integer("SELECT count(*) FROM dead_letter") ?? 0)
    return state
  }

  /// The newest first.
  package func deadLetters(limit: Int = 100) throws(DatabaseError) -> [DeadLetter] {
    guard try hasDelivery() else { return [] }
    let find = try database.cached(
      """
      SELECT number, target, event, record, created_at, given_up_at, attempts, problem FROM dead_letter
      ORDER BY number DESC LIMIT ?1
      """)
    defer { find.reset() }
    try find.bind(max(1, min(limit, 1000)), at: 1)
    var letters: [DeadLetter] = []
    while try find.step() {
      letters.append(
        DeadLetter(
          number: find.integer(0), target: find.text(1) ?? "", event: find.text(2) ?? "", record: find.text(3) ?? "",
          created: find.integer(4), givenUp: find.integer(5), attempts: Int(find.integer(6)),
          problem: find.text(7) ?? ""))
    }
    return letters
  }

  /// What waits in the inboxes, by recipient.
  package func inboxUsage() throws(DatabaseError) -> [(recipient: String, messages: Int, bytes: Int)] {
    guard try hasDelivery() else { return [] }
    let find = try database.cached(
      "SELECT recipient, messages, bytes FROM inbox_usage WHERE recipient <> '' ORDER BY recipient")
    defer { find.reset() }
    var usage: [(recipient: String, messages: Int, bytes: Int)] = []
    while try find.step() {
      usage.append((find.text(0) ?? "", Int(find.integer(1)), Int(find.integer(2))))
    }
    return usage
  }

  private func hasDelivery() throws(DatabaseError) -> Bool {
    try database.integer("SELECT 1 FROM sqlite_schema WHERE name = 'outbox_beat'") != nil
  }
}
