import Audit
import Guard

/// All that the dashboard knows of the machine. Called on one thread, one call at a time.
///
/// Every call sees the config and the database as they are at that moment.
package protocol DashboardSystem: AnyObject {
  /// What the config says. When the file cannot be used, what held before, with the problem among `warnings`.
  func state() -> SystemState
  /// Opens the audit trail; nil when nothing was recorded yet.
  func audit() throws(SystemProblem) -> AuditReader?
  /// The rules in force.
  func rules() throws(SystemProblem) -> RulesInForce
  /// The agents' keys.
  func keys() throws(SystemProblem) -> [AgentKey]
  /// What deserves a look. Found in the background, so that it may be some time old; nil while nothing is known yet.
  func health() -> [HealthFinding]?
  /// The config file as it stands, its secrets masked; nil without one.
  func configurationText() throws(SystemProblem) -> String?
  /// Judges a text as if it stood in a message in this role.
  func inspect(_ text: String, role: Role) throws(SystemProblem) -> Inspection
  /// Makes one change, through the code of the command of the same name, and records it.
  ///
  /// - Returns: one sentence about what holds now.
  /// - Throws: why nothing was changed.
  func make(_ change: SystemChange) throws(SystemProblem) -> String
}

/// Why something cannot be shown or changed: a sentence, and perhaps what to do.
package struct SystemProblem: Error, Sendable, Equatable {
  package let message: String
  package let hint: String?

  package init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}

/// One thing that is wrong or might surprise.
package struct HealthFinding: Sendable, Equatable {
  package let isFailure: Bool
  package let text: String
  package let remedy: String?

  package init(isFailure: Bool, text: String, remedy: String?) {
    self.isFailure = isFailure
    self.text = text
    self.remedy = remedy
  }
}

package struct RulesInForce {
  package let rules: RuleSet
  /// By id in lower case: "custom", "replaced". A rule that is not in it is built in.
  package let origins: [String: String]

  package init(rules: RuleSet, origins: [String: String]) {
    self.rules = rules
    self.origins = origins
  }
}

package struct AgentKey: Sendable, Equatable {
  package enum State: String, Sendable { case active, revoked, unusable }

  package let agent: AgentName
  package let fingerprint: Fingerprint?
  package let hasPrivateKey: Bool
  package let state: State
  /// In words that name the file.
  package let defects: [String]

  package init(agent: AgentName, fingerprint: Fingerprint?, hasPrivateKey: Bool, state: State, defects: [String]) {
    self.agent = agent
    self.fingerprint = fingerprint
    self.hasPrivateKey = hasPrivateKey
    self.state = state
    self.defects = defects
  }
}
