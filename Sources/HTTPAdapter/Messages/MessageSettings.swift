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
}
