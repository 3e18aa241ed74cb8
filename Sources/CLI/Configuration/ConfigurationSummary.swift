import Guard

/// What a config means, for people.
enum ConfigurationSummary {
  static func write(
    _ configuration: Configuration, origin: ConfigurationLookup.Origin, to output: ResultOutput
  ) throws(CommandFailure) {
    for (name, value) in facts(configuration, origin) {
      let padding = String(repeating: " ", count: max(1, 12 - name.utf8.count))
      try output.line("\(name)\(padding)\(TerminalText.line(value))")
    }
    if !configuration.agents.isEmpty {
      try output.line()
      try agents(configuration).write(to: output)
    }
    if !configuration.rules.isEmpty {
      try output.line()
      try overrides(configuration).write(to: output)
    }
  }

  private static func facts(
    _ configuration: Configuration, _ origin: ConfigurationLookup.Origin
  ) -> [(name: String, value: String)] {
    var facts = [
      ("config", configuration.file.map { "\($0) (\(words(origin)))" } ?? "none: the built-in defaults hold"),
      ("mode", "\(configuration.mode.rawValue): \(ModeCommand.sentence(configuration.mode))"),
      ("database", configuration.database ?? "none: this user has no home folder"),
      ("keys", configuration.keysFolder ?? "none"),
      (
        "signatures",
        (configuration.requiresSignature ? "required" : "optional")
          + ", at most \(configuration.identity.pastSeconds) s old, \(configuration.identity.futureSeconds) s ahead"
      ),
      ("senders", "that are not named below: \(configuration.defaultPolicy.rawValue)"),
      (
        "quarantine",
        configuration.quarantine.isEnabled
          ? "items wait \(configuration.quarantine.expiryHours) h for a person" : "off: such messages are blocked"
      ),
      (
        "audit",
        (configuration.quarantine.retentionDays == 0
          ? "kept for ever" : "kept \(configuration.quarantine.retentionDays) days")
          + "; when it fails, enforce will \(configuration.audit.onFailure.rawValue)"
      ),
      (
        "server",
        "\(configuration.server.tls == nil ? "http" : "https"), port \(configuration.server.port) on "
          + configuration.server.bind + (configuration.server.apiKey == nil ? "" : ", with an API key")
      ),
      (
        "limits",
        "messages of \(configuration.limits.maxFrameBytes) bytes, nested \(configuration.limits.maxDepth) deep"
      ),
    ]
    if let folder = configuration.customRulesFolder { facts.append(("own rules", folder)) }
    if !configuration.mcp.reviewers.isEmpty {
      facts.append(("reviewers", configuration.mcp.reviewers.map(\.description).joined(separator: ", ")))
    }
    for webhook in configuration.webhooks {
      let events = webhook.events.map(\.rawValue).joined(separator: ", ")
      facts.append(("webhook", "\(webhook.name) at \(host(of: webhook.url)): \(events)"))
    }
    return facts
  }

  private static func agents(_ configuration: Configuration) -> Table {
    var table = Table([
      .init(title: "AGENT"), .init(title: "MAY MESSAGE", minimum: 12, wraps: true),
      .init(title: "TOOLS", minimum: 10, wraps: true),
      .init(title: "NEVER", minimum: 10, wraps: true), .init(title: "PER MINUTE", alignment: .right),
    ])
    for (name, agent) in configuration.agents.sorted(by: { $0.key < $1.key }) {
      let recipients =
        switch agent.policy.canMessage {
        case .anyone: "anyone"
        case .only(let names): names.isEmpty ? "no one" : list(names.sorted().map(\.description))
        }
      let tools = agent.policy.allowedTools.map { $0.names.isEmpty ? "none" : list($0.names) } ?? "every"
      table.add([
        .init(name.description), .init(recipients), .init(tools), .init(list(agent.policy.blockedContent.names)),
        .init(agent.policy.ratePerMinute.map(String.init) ?? ""),
      ])
    }
    return table
  }

  private static func overrides(_ configuration: Configuration) -> Table {
    var table = Table([
      .init(title: "RULE"), .init(title: "ACTION"), .init(title: "SEVERITY"),
      .init(title: "ONLY", minimum: 12, wraps: true),
    ])
    for rule in configuration.rules.map(\.override) {
      var scope: [String] = []
      if let agents = rule.agents { scope.append("agents " + list(agents.sorted().map(\.description))) }
      if let tools = rule.tools { scope.append("tools " + list(tools.names)) }
      if let direction = rule.direction { scope.append("in a " + direction.rawValue) }
      if rule.until != nil { scope.append("for a time") }
      table.add([
        .init(rule.rule), .init(rule.action?.rawValue ?? ""), .init(rule.severity?.name ?? ""),
        .init(scope.joined(separator: "; ")),
      ])
    }
    return table
  }

  private static func words(_ origin: ConfigurationLookup.Origin) -> String {
    switch origin {
    case .option: "named by --config"
    case .variable: "named by $OKTSEC_CONFIG"
    case .workingDirectory: "found in this folder"
    case .user: "the user's own"
    case .defaults: "defaults"
    }
  }

  private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  /// Without the path, which may hold a token.
  private static func host(of url: String) -> String {
    let rest = url.firstIndex(of: ":").map { url[$0...].dropFirst(3) } ?? url[...]
    return String(rest.prefix { $0 != "/" && $0 != "?" })
  }
}
