import Guard

/// Who may write to whom: `can_message` and `default_policy` of the config.
struct MessageAccess: Sendable {
  let isAllowed: Bool
  /// In plain words.
  let reason: String

  init(from sender: AgentName, to recipient: AgentName, settings: PolicySettings) {
    isAllowed = settings.allowsMessage(from: sender, to: recipient)
    guard let agent = settings.agents[sender] else {
      reason = "the config does not name \(sender); default_policy is \(settings.defaultPolicy.rawValue)"
      return
    }
    reason =
      switch agent.canMessage {
      case .anyone: "\(sender) may write to anyone"
      case .only(let names) where names.isEmpty: "\(sender) may write to no one"
      case .only: "can_message of \(sender) \(isAllowed ? "names" : "does not name") \(recipient)"
      }
  }

  var decision: PolicyDecision { isAllowed ? .allow : .aclDenied }

  static let form = OutputForm<MessageAccess>([
    .choice("decision", [PolicyDecision.allow.rawValue, PolicyDecision.aclDenied.rawValue]) { $0.decision.rawValue },
    .text("reason") { $0.reason },
  ])
}
