import Audit
import Guard

/// How a bare text is judged: with the rules in force, and with what the config makes of their findings everywhere.
/// Overrides for an agent, a tool or a direction do not concern a text that has none.
struct TextPolicy: Sendable {
  let rules: RuleSet
  let effects: FindingEffects

  /// - Parameter now: microseconds since 1970; overrides may end.
  init(rules: RuleSet, settings: PolicySettings = PolicySettings(), now: Int64 = Timestamp.now) {
    self.rules = rules
    var general = settings
    general.overrides.removeAll { $0.agents != nil || $0.tools != nil || $0.direction != nil }
    effects = Policy(general).effects(agent: "", tool: "", direction: .clientToServer, now: now)
  }
}
