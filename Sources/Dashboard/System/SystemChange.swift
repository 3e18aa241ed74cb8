import Audit
import Guard

/// One change that a person makes in the dashboard.
package enum SystemChange: Sendable, Equatable {
  case mode(Mode)
  /// What is done with every finding of a rule, everywhere and for good; nil: what the rule itself says.
  case rule(id: String, OverrideAction?)
  /// A scoped exception from one recorded event. See `oktsec allow`.
  ///
  /// - Parameter until: microseconds since 1970, a whole second; nil: for good.
  case exception(event: EventID, rule: String?, until: Int64?, reason: String)
  case review(item: EventID, QuarantineReview.Decision, reason: String)
  case addAgent(AgentName)
  case agent(AgentName, AgentEdit)
  case generateKey(AgentName)
  case rotateKey(AgentName)
  case revokeKey(AgentName)
  case quarantine(isEnabled: Bool, expiryHours: Int, retentionDays: Int)
  /// Sends a notice that says that it is a test.
  case testWebhook(name: String)
}

/// What an agent's form sets.
package struct AgentEdit: Sendable, Equatable {
  package var description: String
  package var canMessage: Recipients
  /// Nil: every tool. Empty: none.
  package var allowedTools: [String]?
  package var blockedContent: [String]
  package var ratePerMinute: Int?

  package init(
    description: String, canMessage: Recipients, allowedTools: [String]?, blockedContent: [String], ratePerMinute: Int?
  ) {
    self.description = description
    self.canMessage = canMessage
    self.allowedTools = allowedTools
    self.blockedContent = blockedContent
    self.ratePerMinute = ratePerMinute
  }
}
