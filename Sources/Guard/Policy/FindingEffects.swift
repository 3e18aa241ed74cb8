/// What the user's config makes of findings in one place: overrides that hold there, and content that the agent must
/// not see or send.
package struct FindingEffects: Sendable {
  private let overrides: [RuleOverride]
  private let blocked: BlockedContent

  /// The rules as they are.
  package static let none = FindingEffects(overrides: [], blocked: BlockedContent())

  /// - Parameter overrides: those that hold in this place, whatever rule they name; the last of a rule wins.
  init(overrides: [RuleOverride], blocked: BlockedContent) {
    self.overrides = overrides
    self.blocked = blocked
  }

  struct Effect: Equatable {
    var severity: Severity
    var verdict: Verdict
  }

  /// What a finding of this rule comes to. Nil: it is dropped.
  func effect(rule: String, category: Category, severity: Severity) -> Effect? {
    var effect = Effect(severity: severity, verdict: Verdict(severity))
    for override in overrides where override.rule.uppercased() == rule.uppercased() {
      if let wanted = override.severity { effect = Effect(severity: wanted, verdict: Verdict(wanted)) }
      switch override.action {
      case .ignore: return nil
      case .block: effect.verdict = .block
      case .quarantine: effect.verdict = .quarantine
      case .allowAndFlag: effect.verdict = .flag
      case nil: break
      }
    }
    // Content that an agent must never handle is no matter of severity.
    if !blocked.isEmpty, blocked.covers(rule: rule, category: category) { effect.verdict = .block }
    return effect
  }
}
