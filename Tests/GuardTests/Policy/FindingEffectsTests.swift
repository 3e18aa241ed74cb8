import Testing

@testable import Guard

@Suite("what the config makes of a finding")
struct FindingEffectsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var severity: Severity
    var replacement: Severity?
    var action: OverrideAction?
    var isBlockedContent: Bool

    var testDescription: String { "\(severity) \(replacement as Any) \(action as Any) blocked \(isBlockedContent)" }
  }

  static let all: [Case] = Severity.allCases.flatMap { severity in
    ([nil] + Severity.allCases).flatMap { replacement in
      ([nil] + OverrideAction.allCases).flatMap { action in
        [false, true].map {
          Case(severity: severity, replacement: replacement, action: action, isBlockedContent: $0)
        }
      }
    }
  }

  private func effect(_ given: Case) -> FindingEffects.Effect? {
    var override = RuleOverride(rule: "iap-003")
    override.severity = given.replacement
    override.action = given.action
    var blocked = BlockedContent()
    if given.isBlockedContent { _ = blocked.add("credentials") }
    return FindingEffects(overrides: [override], blocked: blocked).effect(
      rule: "IAP-003", category: .interAgent, severity: given.severity)
  }

  @Test("every severity, replacement, action and blocked content", arguments: all)
  func table(given: Case) throws {
    guard given.action != .ignore else {
      #expect(effect(given) == nil)
      return
    }
    let made = try #require(effect(given))
    let severity = given.replacement ?? given.severity
    #expect(made.severity == severity)
    let expected: Verdict =
      if given.isBlockedContent { .block } else {
        switch given.action {
        case .block: .block
        case .quarantine: .quarantine
        case .allowAndFlag: .flag
        case .ignore, nil: Verdict(severity)
        }
      }
    #expect(made.verdict == expected)
  }

  @Test("the last override of a rule that holds in a place wins; others have no say")
  func order() {
    var settings = PolicySettings()
    var general = RuleOverride(rule: "IAP-003")
    general.action = .block
    var narrow = RuleOverride(rule: "IAP-003")
    narrow.action = .allowAndFlag
    narrow.tools = ToolNames(["read"])
    narrow.until = 100
    settings.overrides = [general, narrow]
    func verdict(_ tool: String, _ now: Int64, rule: String = "IAP-003") -> Verdict? {
      Policy(settings).effects(agent: "files", tool: tool, direction: .clientToServer, now: now)
        .effect(rule: rule, category: .interAgent, severity: .high)?.verdict
    }
    #expect(verdict("read", 99) == .flag)
    #expect(verdict("read", 100) == .block)
    #expect(verdict("write", 99) == .block)
    #expect(verdict("read", 99, rule: "IAP-004") == .quarantine)
  }

  @Test("blocked content of an agent is blocked in both directions, and is nothing to other agents")
  func blockedContent() throws {
    var settings = PolicySettings()
    var policy = AgentPolicy()
    _ = policy.blockedContent.add("pii")
    settings.agents[try #require(AgentName("files"))] = policy
    for direction in Direction.allCases {
      func verdict(_ agent: String) -> Verdict? {
        Policy(settings).effects(agent: agent, tool: "t", direction: direction, now: 0)
          .effect(rule: "X", category: .pii, severity: .info)?.verdict
      }
      #expect(verdict("files") == .block)
      #expect(verdict("mail") == .clean)
    }
  }

  @Test("allowed_tools: missing is every tool, empty is none, a list is exactly those")
  func allowedTools() throws {
    let name = try #require(AgentName("files"))
    func allows(_ tools: [String]?) -> [Bool] {
      var settings = PolicySettings()
      var policy = AgentPolicy()
      policy.allowedTools = tools.map { ToolNames($0) }
      settings.agents[name] = policy
      return ["read", "write"].map { Policy(settings).allows(tool: $0, of: "files") }
    }
    #expect(allows(nil) == [true, true])
    #expect(allows([]) == [false, false])
    #expect(allows(["read"]) == [true, false])
    #expect(Policy().allows(tool: "read", of: "stranger"))
  }
}
