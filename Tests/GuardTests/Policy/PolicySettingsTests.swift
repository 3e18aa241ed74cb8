import Testing

@testable import Guard

@Suite struct PolicySettingsTests {
  @Test("enforce is stricter than observe")
  func order() {
    #expect(Mode.observe < .enforce)
    #expect(max(Mode.enforce, .observe) == .enforce)
  }

  @Test(
    "the words of blocked_content cover their rules and categories",
    arguments: [
      ("credentials", "X", Category.credentialLeak, true),
      ("credentials", "IAP-003", .interAgent, true),
      ("credentials", "iap-003", .interAgent, true),
      ("credentials", "IAP-002", .interAgent, false),
      ("pii", "IAP-002", .interAgent, true),
      ("pii", "X", .pii, true),
      ("system-prompts", "PROMPT_INJECTION_015", .promptInjection, true),
      ("system-prompts", "IAP-004", .interAgent, true),
      ("system-prompts", "PROMPT_INJECTION_001", .promptInjection, false),
      ("exfiltration", "EXFIL_001", .exfiltration, true),
      ("exfiltration", "EXFIL_001", .supplyChainExfil, false),
    ])
  func blockedContent(word: String, rule: String, category: Category, expected: Bool) {
    var blocked = BlockedContent()
    let isWord = blocked.add(word)
    #expect(isWord)
    #expect(blocked.covers(rule: rule, category: category) == expected)
  }

  @Test("words that mean nothing are refused, and every word offered is taken")
  func blockedContentWords() {
    var blocked = BlockedContent()
    let isWord = blocked.add("credential")
    #expect(!isWord)
    #expect(blocked.isEmpty)
    let refused = BlockedContent.words.filter { !blocked.add($0) }
    #expect(refused.isEmpty)
    #expect(Set(BlockedContent.words).count == BlockedContent.words.count)
  }

  @Test("tools are compared byte by byte")
  func tools() {
    let tools = ToolNames(["kill", "caf\u{E9}"])
    #expect(tools.contains("kill"))
    #expect(!tools.contains("\u{212A}ill"))
    #expect(!tools.contains("cafe\u{301}"))
    #expect(!tools.contains("Kill"))
  }

  @Test("an override concerns its rule, agents, tools, direction and time only")
  func overrides() throws {
    var override = RuleOverride(rule: "iap-001")
    func applies(
      _ rule: String = "IAP-001", agent: String = "files", tool: String = "read",
      direction: Direction = .serverToClient,
      now: Int64 = 100
    ) -> Bool {
      override.applies(rule: rule, agent: agent, tool: tool, direction: direction, now: now)
    }
    #expect(applies())
    #expect(!applies("IAP-0010"))
    override.agents = [try name("files")]
    #expect(applies() && !applies(agent: "other") && !applies(agent: "not a name"))
    override.tools = ToolNames(["read"])
    #expect(applies() && !applies(tool: "write"))
    override.direction = .serverToClient
    #expect(applies() && !applies(direction: .clientToServer))
    override.until = 101
    #expect(applies() && !applies(now: 101))
  }

  @Test("an agent is found by its exact name only")
  func agents() throws {
    var settings = PolicySettings()
    settings.agents[try name("Kelvin")] = AgentPolicy()
    #expect(settings.agent("Kelvin") != nil)
    #expect(settings.agent("kelvin") == nil)
    #expect(settings.agent("\u{212A}elvin") == nil)
  }
}
