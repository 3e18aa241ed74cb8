import Guard

/// What the config says, as far as the dashboard shows it.
package struct SystemState: Sendable {
  package var version = ""
  /// Nil: the built-in defaults hold.
  package var configPath: String?
  package var databasePath = ""
  package var keysFolder: String?
  package var policy = PolicySettings()
  package var requiresSignature = true
  /// What else the config says of the agents in `policy`.
  package var notes: [AgentName: AgentNote] = [:]
  package var quarantineHours = 24
  /// 0: the audit is kept for ever.
  package var retentionDays = 0
  package var webhooks: [Webhook] = []
  package var reviewers: [AgentName] = []
  package var address = ""
  package var warnings: [String] = []
  /// Whether webhooks can be tested from here.
  package var canTestWebhooks = false

  package init() {}

  package struct AgentNote: Sendable, Equatable {
    package var description = ""
    package var tags: [String] = []
    package var deliverTo: String?

    package init(description: String = "", tags: [String] = [], deliverTo: String? = nil) {
      self.description = description
      self.tags = tags
      self.deliverTo = deliverTo
    }
  }

  package struct Webhook: Sendable, Equatable {
    package var name: String
    /// Scheme and host only: the rest of such an address is often a secret.
    package var place: String
    package var events: [String]
    package var isSigned: Bool

    package init(name: String, place: String, events: [String], isSigned: Bool) {
      self.name = name
      self.place = place
      self.events = events
      self.isSigned = isSigned
    }
  }

  /// The override that holds for a rule everywhere and for good, if there is one. The last one decides.
  func general(_ rule: String) -> RuleOverride? {
    policy.overrides.last { $0.isGeneral && $0.rule.uppercased() == rule.uppercased() }
  }

  /// Those that are limited to a place or a time.
  func scoped(_ rule: String) -> [RuleOverride] {
    policy.overrides.filter { !$0.isGeneral && $0.rule.uppercased() == rule.uppercased() }
  }
}

extension RuleOverride {
  /// Whether it holds everywhere and for good.
  package var isGeneral: Bool { agents == nil && tools == nil && direction == nil && until == nil }
}
