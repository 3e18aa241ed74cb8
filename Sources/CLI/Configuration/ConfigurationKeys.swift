import Guard
import JSONRPC
import YAML

/// The key table: every key of the config, its form, its default and what it means. Reading, the JSON schema and the
/// reference in the documentation are all made from it.
enum ConfigurationKeys {
  /// The whole document, for a user with these folders.
  static func document(_ initial: Configuration) -> Form<Configuration> {
    Form.section(initial, topLevel)
  }

  /// Every key as its parts; `*` stands for an agent's name.
  static let paths: [[String]] = SchemaPaths.all(in: document(empty).schema)

  static let empty = Configuration(
    folders: UserFolders(home: nil, workingDirectory: "/", namedConfig: nil, configHome: nil))

  private static let topLevel: [Field<Configuration>] = [
    Field(
      "version", \.version, .version, isRequired: true,
      "Version of this format."),
    Field(
      "mode", optional: \.configuredMode, .word("mode"),
      "'observe' inspects and records and stops nothing; 'enforce' acts on what it finds. Without this key: enforce "
        + "when identity.require_signature is set to true, else observe."),
    Field(
      "default_policy", \.defaultPolicy, .word("policy"), initial: empty,
      "Whether senders that 'agents' does not name may send messages."),
    Field(
      "db_path", optional: \.configuredDatabase, .path, fallback: .string("~/.local/state/oktsec/oktsec.db"),
      "The database of the audit trail, one for all commands."),
    Field(
      "custom_rules_dir", optional: \.customRulesFolder, .path,
      "A folder with rules of your own: every *.yaml and *.yml in it."),
    Field("server", \.server, server, "The HTTP server and dashboard, for 'oktsec serve'."),
    Field("identity", \.identity, identity, "Who signs messages, and how fresh they must be."),
    Field("agents", \.agents, agents, "What each agent, or each wrapped server by its name, may do."),
    Field("quarantine", \.quarantine, quarantine, "What happens to messages that wait for a person."),
    Field(
      "rules", \.rules, .list(of: rule, mayBeEmptyValue: true),
      "What is done with the findings of single rules, instead of what the rule says."),
    Field(
      "webhooks", \.webhooks, webhooks,
      "Whom to tell about what was stopped. Any process notes it; 'oktsec serve' sends."),
    Field("mcp", \.mcp, mcp, "The MCP server of 'oktsec mcp'."),
    Field(
      "blocked_reply", \.blockedReply, .word("reply"), initial: empty,
      "How a stopped tool call is answered: as a tool's result that says so, or as a protocol error."),
    Field("audit", \.audit, audit, "The audit trail."),
    Field("limits", \.limits, limits, "Sizes that hold in both modes."),
  ]

  private static let server = Form.section(
    ServerSettings(),
    [
      Field("port", \.port, .port, initial: ServerSettings(), "The port to listen on."),
      Field("bind", \.bind, .host, initial: ServerSettings(), "The address to listen on."),
      Field("log_level", \.logLevel, .word("level"), initial: ServerSettings(), "How much the server says."),
      Field(
        "api_key", optional: \.apiKey, .secret,
        "What callers must know; needed outside loopback. The text itself, env:NAME or file:PATH."),
      Field(
        "allowed_hosts", \.allowedHosts, .list(of: .host), initial: ServerSettings(),
        "Names besides loopback by which browsers may call the server."),
      Field("tls", optional: \.tls, tls, "Serve HTTPS with these files."),
    ],
    check: { server, members, reader in
      if !HTTPAddress.isLoopback(server.bind), server.apiKey == nil, let node = members["bind"] {
        reader.warning(
          node, "'oktsec serve' will not listen on \(server.bind) without server.api_key",
          hint: "outside loopback a key is required")
      }
    })

  private static let tls = Form.section(
    TLSSettings(),
    [
      Field("certificate", \.certificate, .path, isRequired: true, "The certificate chain, in PEM form."),
      Field("key", \.key, .path, isRequired: true, "Its private key, in PEM form."),
    ])

  private static let identity = Form.section(
    IdentitySettings(),
    [
      Field(
        "keys_dir", optional: \.configuredKeysFolder, .path, fallback: .string("./keys"),
        "The folder with the agents' keys."),
      Field(
        "require_signature", optional: \.configuredRequireSignature, .boolean, fallback: .bool(true),
        "Whether messages without a signature are refused."),
      Field(
        "past_seconds", \.pastSeconds, .integer(1...86_400), initial: IdentitySettings(),
        "How old a signed message may be."),
      Field(
        "future_seconds", \.futureSeconds, .integer(0...86_400), initial: IdentitySettings(),
        "How far a sender's clock may be ahead."),
    ],
    extra: [
      (
        "if",
        .object([
          ("properties", .object([("require_signature", .object([("const", .bool(true))]))])),
          ("required", .array([.string("require_signature")])),
        ])
      ), ("then", .object([("required", .array([.string("keys_dir")]))])),
    ],
    check: { identity, members, reader in
      if identity.configuredRequireSignature == true, members["keys_dir"] == nil,
        let node = members["require_signature"]
      {
        reader.problem(
          node, "identity.require_signature needs identity.keys_dir", hint: "for example keys_dir: ./keys")
      }
    })

  private static let agents = AgentForms.agents(
    Form.section(
      AgentSettings(),
      [
        Field(
          "can_message", \.policy.canMessage, AgentForms.recipients,
          "Agents that it may send messages to. Missing: anyone; []: no one."),
        Field(
          "allowed_tools", optional: \.policy.allowedTools, AgentForms.tools,
          "Tools that it may offer and be asked for. Missing: every tool; []: none."),
        Field(
          "blocked_content", \.policy.blockedContent, AgentForms.blockedContent,
          "Kinds of content that are always stopped, in both directions."),
        Field("description", \.description, .text(), "What it is, for people."),
        Field(
          "tags", \.tags, .list(of: .text("a word", maximum: 64), mayBeEmptyValue: true), "Words to sort agents by."),
        Field("rate", \.policy.ratePerMinute, AgentForms.rate, "How much it may send."),
        Field(
          "deliver_to", optional: \.deliverTo, .url,
          "Where messages for it are sent to; without it they wait in its inbox."),
      ],
      check: AgentForms.checkRecipients))

  private static let quarantine = Form.section(
    QuarantineSettings(),
    [
      Field(
        "enabled", \.isEnabled, .boolean, initial: QuarantineSettings(),
        "Whether suspicious messages wait for a person. When false, they are blocked."),
      Field(
        "expiry_hours", \.expiryHours, .integer(1...8760), initial: QuarantineSettings(),
        "How long they wait before they are rejected."),
      Field(
        "retention_days", \.retentionDays, .integer(0...36_500), initial: QuarantineSettings(),
        "How long the audit trail is kept; 0 is for ever."),
    ])

  private static let rule = RuleForms.rule
  private static let webhooks = WebhookForms.webhooks

  private static let mcp = Form.section(
    MCPSettings(),
    [
      Field(
        "reviewers", \.reviewers, .list(of: AgentForms.name, mayBeEmptyValue: true), initial: MCPSettings(),
        "Agents that may decide about quarantined messages.")
    ],
    check: { _, members, reader in
      for node in members["reviewers"]?.elements ?? [] { reader.refer(to: node.text ?? "", .agent, node) }
    })

  private static let audit = Form.section(
    AuditSettings(),
    [
      Field(
        "on_failure", \.onFailure, .word("policy"), initial: AuditSettings(),
        "What enforce does when the audit trail cannot be written: 'stop' or 'continue'.")
    ])

  private static let limits = Form.section(
    Limits(),
    [
      Field(
        "max_frame_bytes", \.maxFrameBytes, .integer(1024...1_073_741_824), initial: Limits(),
        "The longest message that is read."),
      Field(
        "max_depth", \.maxDepth, .integer(8...10_000), initial: Limits(), "How deep JSON may be nested."),
    ])
}

extension Form where Value == String {
  /// "1" is the only one. The schema also takes the number, since YAML reads `1` without quotation marks as one.
  fileprivate static var version: Form<String> {
    Form(schema: [("enum", .array([.string("1"), .number("1")]))], show: { .string($0) }) { node, reader in
      guard let text = reader.text(node, wanted: "\"1\"") else { return nil }
      guard text != "1" else { return text }
      let isLater = Int(text).map { $0 > 1 } ?? false
      reader.problem(
        node, "\(reader.name): unknown version \(FormReader.shown(text))",
        hint: isLater
          ? "this oktsec reads version 1; the file may be for a newer oktsec" : "write version: \"1\"")
      return nil
    }
  }
}
