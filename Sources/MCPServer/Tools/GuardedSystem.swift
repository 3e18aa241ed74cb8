import Audit
import Guard

/// What the tools show and judge: the config, the rules, the records, the keys, the quarantine. For one thread at a time.
package final class GuardedSystem {
  package let policy: Policy
  package let requiresSignature: Bool
  package let freshness: FreshnessWindow
  /// Who runs this server, when it was started for an agent.
  package let agent: AgentName?
  /// Agents that may decide reviews.
  package let reviewers: Set<AgentName>
  /// Opens the audit trail; nil when nothing was recorded yet.
  package let audit: () throws(DatabaseError) -> AuditReader?
  /// Reads the keys and what is revoked, anew for each call.
  package let keyring: () throws(KeyringUnavailable) -> Keyring
  /// Nil: this machine keeps no quarantine.
  package let quarantine: (any QuarantineDesk)?
  /// Whether reviews may be decided through this door at all; false where anybody could come in.
  package let takesDecisions: Bool
  /// Microseconds since 1970.
  package let clock: () -> Int64

  private var rules: RuleSet
  private let rulesChange: () -> RuleSet?
  private var inspector: Inspector?

  /// - Parameter rulesChange: asked before a text is judged; what it gives is searched for from then on.
  package init(
    policy: Policy, rules: RuleSet, rulesChange: @escaping () -> RuleSet? = { nil }, requiresSignature: Bool,
    freshness: FreshnessWindow, agent: AgentName?, reviewers: Set<AgentName>,
    audit: @escaping () throws(DatabaseError) -> AuditReader?,
    keyring: @escaping () throws(KeyringUnavailable) -> Keyring, quarantine: (any QuarantineDesk)?,
    takesDecisions: Bool = true, clock: @escaping () -> Int64
  ) {
    self.policy = policy
    self.rules = rules
    self.rulesChange = rulesChange
    self.requiresSignature = requiresSignature
    self.freshness = freshness
    self.agent = agent
    self.reviewers = reviewers
    self.audit = audit
    self.keyring = keyring
    self.quarantine = quarantine
    self.takesDecisions = takesDecisions
    self.clock = clock
  }

  /// Judges a text as a message between two agents. What the config says about either applies; the graver result counts.
  func inspect(_ text: String, from sender: AgentName?, to recipient: AgentName?) -> Inspection {
    if let changed = rulesChange() { (rules, inspector) = (changed, nil) }
    let now = clock()
    var inspection = inspect(text, effects: effects(agent: sender, at: now))
    // A second look only where it can differ.
    if let recipient, let agent = policy.settings.agents[recipient],
      !agent.blockedContent.isEmpty || policy.settings.overrides.contains(where: { $0.agents != nil })
    {
      let other = inspect(text, effects: effects(agent: recipient, at: now))
      if other.verdict > inspection.verdict { inspection = other }
    }
    return inspection
  }

  private func inspect(_ text: String, effects: FindingEffects) -> Inspection {
    let inspector = self.inspector ?? Inspector(rules: rules)
    self.inspector = inspector
    var text = text
    return text.withUTF8 { inspector.inspect(text: UnsafeRawBufferPointer($0), role: .message, effects: effects) }
  }

  private func effects(agent: AgentName?, at now: Int64) -> FindingEffects {
    var settings = policy.settings
    // A message between agents has neither a tool nor a direction.
    settings.overrides.removeAll { $0.tools != nil || $0.direction != nil || (agent == nil && $0.agents != nil) }
    return Policy(settings).effects(agent: agent?.description ?? "", tool: "", direction: .clientToServer, now: now)
  }
}

/// Why no signature can be checked at the moment, in words that name the file.
package struct KeyringUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
