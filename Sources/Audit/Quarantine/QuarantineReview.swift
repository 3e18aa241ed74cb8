import Guard

/// A person's decision about a quarantined item.
package struct QuarantineReview: Sendable, Equatable {
  package enum Decision: String, Sendable { case approve, reject }

  package var decision: Decision
  /// Who decided; at most 64 bytes are kept.
  package var reviewer: String
  /// In their words; may be empty.
  package var reason: String
  /// How they were asked, when not at a terminal: "by --yes", "by MCP".
  package var channel: String
  /// Microseconds since 1970.
  package var moment: Int64

  package init(
    _ decision: Decision, reviewer: String, reason: String = "", channel: String = "", moment: Int64 = Timestamp.now
  ) {
    self.decision = decision
    self.reviewer = String(decoding: reviewer.utf8.prefix(64), as: UTF8.self)
    self.reason = reason
    self.channel = channel
    self.moment = moment
  }

  /// As the record says it.
  var text: String {
    let verb = decision == .approve ? "approved" : "rejected"
    let how = channel.isEmpty ? verb : "\(verb) \(channel)"
    return reason.isEmpty ? how : "\(how): \(reason)"
  }
}
