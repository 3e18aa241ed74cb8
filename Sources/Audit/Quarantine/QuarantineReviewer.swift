import Guard

/// Writes down what people decide about quarantined items. For one thread at a time.
package final class QuarantineReviewer {
  private let path: String
  private let database: Database
  private let appender: RecordAppender

  package enum Outcome: Sendable, Equatable {
    /// Decided, recorded, and safe from power loss.
    case decided
    /// Somebody else, or the clock, was faster: its state now.
    case alreadyDecided(QuarantineState)
    case unknown
  }

  /// - Parameters:
  ///   - events: what webhooks want to hear of.
  ///   - notifiedRules: the rules whose findings they want to hear of.
  package init(
    path: String, events: Set<String> = [], notifiedRules: Set<String> = []
  ) throws(DatabaseError) {
    self.path = path
    database = try Database(
      path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(5000)))
    try Schema().prepareForWriting(database)
    try database.execute("PRAGMA synchronous = FULL", operation: "open")
    appender = try RecordAppender(database, events: events, notifiedRules: notifiedRules)
  }

  /// Decides about an item, unless that was done already: of several reviews at once exactly one wins.
  package func decide(_ id: EventID, _ review: QuarantineReview) throws(DatabaseError) -> Outcome {
    var isDecided = false
    try appender.transaction { () throws(DatabaseError) in isDecided = try appender.decide(id, review) }
    guard isDecided else {
      let statement = try database.cached("SELECT state FROM quarantine WHERE id = ?1")
      defer { statement.reset() }
      try statement.bind(id.description, at: 1)
      guard try statement.step(), let state = QuarantineState(code: statement.integer(0)) else { return .unknown }
      // Pending, and yet not decided: its time has run out, and nobody has written that down.
      return .alreadyDecided(state == .pending ? .expired : state)
    }
    if review.decision == .approve { ApprovalSignal(beside: path).raise() }
    return .decided
  }
}
