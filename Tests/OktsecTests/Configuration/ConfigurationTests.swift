import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationTests {
  static let everyKey = """
    version: "1"
    mode: observe
    default_policy: deny
    db_path: ./state/oktsec.db
    custom_rules_dir: rules
    server:
      port: 9000
      bind: 0.0.0.0
      log_level: debug
      api_key: env:OKTSEC_KEY
      allowed_hosts: [Guard.example.org]
      tls:
        certificate: tls/cert.pem
        key: /etc/tls/key.pem
    identity:
      keys_dir: ~/keys
      require_signature: true
      past_seconds: 60
      future_seconds: 0
    agents:
      planner:
        can_message: [coder]
        allowed_tools: [read_file, "write file"]
        blocked_content: [credentials, exfiltration]
        description: Splits work
        tags: [lead]
        rate:
          per_minute: 30
        deliver_to: https://agents.example.org/planner
      coder:
        can_message: []
      free:
        can_message: "*"
      open:
    quarantine:
      enabled: false
      expiry_hours: 48
      retention_days: 30
    rules:
      - id: IAP-001
        severity: high
        action: quarantine
        notify: [webhook, pager]
        agents: [coder]
        tools: [read_file]
        direction: response
        until: 2026-12-01T00:00:00Z
    webhooks:
      - url: https://hooks.example.org/services/T0/x
        events: [blocked, message_quarantined]
      - name: pager
        url: http://localhost:9999/hook
        secret: file:pager.secret
        template: slack
        allow_private: true
    mcp:
      reviewers: [planner]
    blocked_reply: error
    audit:
      on_failure: continue
    limits:
      max_frame_bytes: 1048576
      max_depth: 64
    """

  @Test("every key of the contract is read")
  func everyKey() throws {
    let config = try parse(Self.everyKey)
    #expect(config.mode == .observe)
    #expect(config.defaultPolicy == .deny)
    #expect(config.database == "/etc/o/state/oktsec.db")
    #expect(config.customRulesFolder == "/etc/o/rules")
    #expect(
      config.server
        == ServerSettings(
          port: 9000, bind: "0.0.0.0", logLevel: .debug, apiKey: Secret(source: .environment("OKTSEC_KEY")),
          allowedHosts: ["guard.example.org"],
          tls: TLSSettings(certificate: "/etc/o/tls/cert.pem", key: "/etc/tls/key.pem")))
    #expect(config.keysFolder == "/home/ann/keys")
    #expect(config.requiresSignature)
    #expect(config.freshness == FreshnessWindow(pastSeconds: 60, futureSeconds: 0))

    let planner = try #require(config.agents[try agent("planner")])
    #expect(planner.policy.canMessage == .only([try agent("coder")]))
    #expect(planner.policy.allowedTools == ToolNames(["read_file", "write file"]))
    #expect(planner.policy.blockedContent.names == ["credentials", "exfiltration"])
    #expect(planner.policy.ratePerMinute == 30)
    #expect(planner.description == "Splits work" && planner.tags == ["lead"])
    #expect(planner.deliverTo == "https://agents.example.org/planner")
    #expect(config.agents[try agent("coder")]?.policy.canMessage == .only([]))
    #expect(config.agents[try agent("free")]?.policy.canMessage == .anyone)
    #expect(config.agents[try agent("open")] == AgentSettings())

    #expect(config.quarantine == QuarantineSettings(isEnabled: false, expiryHours: 48, retentionDays: 30))
    var rule = RuleOverride(rule: "IAP-001")
    rule.severity = .high
    rule.action = .quarantine
    rule.notify = ["webhook", "pager"]
    rule.agents = [try agent("coder")]
    rule.tools = ToolNames(["read_file"])
    rule.direction = .serverToClient
    rule.until = 1_796_083_200_000_000
    #expect(config.rules.map(\.override) == [rule])
    #expect(config.webhooks.map(\.name) == ["webhook", "pager"])
    #expect(config.webhooks[0].events == [.blocked, .quarantined] && !config.webhooks[0].allowsPrivate)
    #expect(config.webhooks[1].secret == Secret(source: .file("/etc/o/pager.secret")))
    #expect(config.webhooks[1].template == .slack && config.webhooks[1].allowsPrivate)
    #expect(config.mcp.reviewers == [try agent("planner")])
    #expect(config.blockedReply == .error && config.audit.onFailure == .continue)
    #expect(config.limits.maxFrameBytes == 1_048_576 && config.limits.maxDepth == 64)
    #expect(config.warnings == [])
  }

  @Test("the policy is given what the file says")
  func policySettings() throws {
    let config = try parse(Self.everyKey)
    let settings = config.policySettings
    #expect(settings.mode == .observe && settings.defaultPolicy == .deny)
    #expect(settings.agents.count == 4 && settings.agent("planner")?.ratePerMinute == 30)
    #expect(settings.overrides == config.rules.map(\.override))
    #expect(!settings.quarantineEnabled && settings.blockedReply == .error && settings.auditFailure == .continue)
    #expect(settings.limits.maxDepth == 64)
  }

  @Test("what the file does not say has the documented default")
  func defaults() throws {
    let config = try parse("version: \"1\"")
    #expect(config.mode == .observe && config.defaultPolicy == .allow)
    #expect(config.database == "/home/ann/.local/state/oktsec/oktsec.db" && config.customRulesFolder == nil)
    #expect(config.server == ServerSettings())
    #expect(config.server.port == 8080 && config.server.bind == "127.0.0.1" && config.server.logLevel == .info)
    #expect(config.keysFolder == "/etc/o/keys" && config.requiresSignature)
    #expect(config.freshness == FreshnessWindow(pastSeconds: 300, futureSeconds: 30))
    #expect(config.agents.isEmpty && config.rules.isEmpty && config.webhooks.isEmpty && config.mcp.reviewers.isEmpty)
    #expect(config.quarantine == QuarantineSettings(isEnabled: true, expiryHours: 24, retentionDays: 0))
    #expect(config.blockedReply == .toolResult && config.audit.onFailure == .stop)
    #expect(config.limits == Limits() && config.limits.maxFrameBytes == 67_108_864 && config.limits.maxDepth == 512)
  }

  @Test("without a file the built-in defaults hold, and nothing is stopped")
  func noFile() {
    let config = Configuration(folders: testFolders)
    #expect(config.file == nil && config.mode == .observe)
    #expect(config.keysFolder == "/home/ann/.config/oktsec/keys")
    #expect(config.database == "/home/ann/.local/state/oktsec/oktsec.db")
  }

  @Test("a config of the first kind is valid as it is, and enforces")
  func firstConfig() throws {
    let config = try parse(
      """
      version: "1"

      server:
        port: 8080
        log_level: info

      identity:
        keys_dir: ./keys
        require_signature: true

      agents:
        research-agent:
          can_message: [analysis-agent]
          blocked_content: [credentials]   # never
          description: "Gathers"
          tags: [research, data]
        analysis-agent:
          can_message: [research-agent, reporting-agent]

      quarantine:
        enabled: true
        expiry_hours: 24
        retention_days: 30

      rules:
        - id: block-relay-injection
          severity: critical
          action: block
          notify: [webhook]

      webhooks:
        - url: https://hooks.slack.com/services/xxx
          events: [blocked, quarantined]
      """)
    #expect(config.mode == .enforce)
    #expect(config.webhooks[0].events == [.blocked, .quarantined])
    #expect(
      config.warnings.map(\.message) == ["agents.analysis-agent.can_message: there is no agent 'reporting-agent'"])
    let unknown = config.unknownRules(known: ["IAP-001"])
    #expect(unknown.map(\.line) == [26])
    #expect(unknown.first?.message.contains("no rule 'block-relay-injection'") == true)
    #expect(config.unknownRules(known: ["BLOCK-RELAY-INJECTION"]).isEmpty)
  }

  @Test(
    "the mode is the file's; without one it follows require_signature: true",
    arguments: [
      ("version: \"1\"", Mode.observe),
      ("version: \"1\"\nmode: enforce", .enforce),
      ("version: \"1\"\nidentity: {keys_dir: k, require_signature: true}", .enforce),
      ("version: \"1\"\nidentity: {keys_dir: k, require_signature: false}", .observe),
      ("version: \"1\"\nidentity: {keys_dir: k}", .observe),
      ("version: \"1\"\nmode: observe\nidentity: {keys_dir: k, require_signature: true}", .observe),
    ])
  func mode(text: String, expected: Mode) throws {
    #expect(try parse(text).mode == expected)
  }

  @Test("the mode of a command line only tightens")
  func tighten() throws {
    var observing = try parse("version: \"1\"")
    observing.tighten(to: .enforce)
    #expect(observing.mode == .enforce && observing.policySettings.mode == .enforce)
    var enforcing = try parse("version: \"1\"\nmode: enforce")
    let isHonoured = enforcing.tighten(to: .observe)
    #expect(!isHonoured && enforcing.mode == .enforce)
    let isUnchanged = enforcing.tighten(to: nil)
    #expect(isUnchanged && enforcing.mode == .enforce)
  }

  @Test("sections whose keys are all commented out count as missing")
  func emptySections() throws {
    let config = try parse("version: 1\nserver:\nagents:\n  a:\nrules:\n  # - id: X\nwebhooks: ~\nlimits: null\n")
    #expect(config.server == ServerSettings())
    #expect(config.agents[try agent("a")] == AgentSettings())
  }

  @Test("webhooks without a name are called by their place")
  func webhookNames() throws {
    let config = try parse(
      "version: '1'\nwebhooks: [{url: 'https://a'}, {url: 'https://b', name: b}, {url: 'https://c'}]")
    #expect(config.webhooks.map(\.name) == ["webhook", "b", "webhook-3"])
  }
}
