import Guard

/// What the config says about messages between agents.
package struct MessageSettings: Sendable {
  package var policy: Policy
  package var requiresSignature: Bool
  package var freshness: FreshnessWindow
  /// How long a quarantined message waits for a person, in microseconds.
  package var quarantineLifetime: Int64
  /// Agents to whose address messages are sent.
  package var pushed: Set<AgentName> = []

  package init(policy: Policy, requiresSignature: Bool, freshness: FreshnessWindow, quarantineLifetime: Int64) {
    self.policy = policy
    self.requiresSignature = requiresSignature
    self.freshness = freshness
    self.quarantineLifetime = quarantineLifetime
  }

  /// Whom the config lets an agent write to: `can_message`, or `default_policy` for a sender that it does not name.
  func allows(from sender: AgentName, to recipient: AgentName) -> Bool {
    guard let agent = policy.settings.agents[sender] else { return policy.settings.defaultPolicy == .allow }
    return agent.canMessage.contains(recipient)
  }
}
