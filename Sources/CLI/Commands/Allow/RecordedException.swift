import Guard

/// The exceptions that one recorded event calls for, as narrow as the record lets them be.
struct RecordedException: Equatable {
  /// One for each rule.
  let overrides: [RuleOverride]
  let event: EventID
  let agent: AgentName
  /// Empty: the event concerned no single tool.
  let tool: String
  let direction: Direction
  let until: Int64?

  /// - Parameters:
  ///   - rule: the only rule meant; nil for all of the event. Compared without case.
  ///   - until: microseconds since 1970, a whole second. Nil: for good.
  /// - Throws: when there is nothing to allow, or the exception could not be kept to this event's place.
  init(
    _ entry: AuditEntry, rule: String?, until: Int64?, knownRules: [String], settings: PolicySettings
  ) throws(CommandFailure) {
    switch entry.action {
    case .forwarded, .filtered, .stopped: break
    case .gap, .reviewed, .changed:
      throw CommandFailure("record \(entry.id) is about no message")
    }
    guard !entry.findings.isEmpty else {
      throw CommandFailure(
        "nothing was found in record \(entry.id), so there is nothing to allow",
        hint: "it was decided by \(entry.decision.rawValue)")
    }
    let known = Set(knownRules.map { $0.uppercased() })
    var rules: [String] = []
    for finding in entry.findings where known.contains(finding.rule.uppercased()) && !rules.contains(finding.rule) {
      rules.append(finding.rule)
    }
    guard !rules.isEmpty else {
      throw CommandFailure(
        "record \(entry.id) was found defective in its form, for which no exception can be made",
        hint: "'oktsec logs show \(entry.id)' says what it is")
    }
    if let rule {
      let found = rules
      rules = rules.filter { $0.uppercased() == rule.uppercased() }
      guard !rules.isEmpty else {
        throw CommandFailure(
          "rule \(rule) found nothing in record \(entry.id)", hint: "found were: \(found.joined(separator: ", "))")
      }
    }
    let label = entry.from == Self.client ? entry.to : entry.from
    guard let agent = AgentName(label) else {
      throw CommandFailure("record \(entry.id) names no agent that the config could name")
    }
    // Longer ones are cut in the record, and an exception must not hold for all that begin so.
    guard entry.tool.utf8.count < 256 else {
      throw CommandFailure(
        "the name of the tool in record \(entry.id) is too long to be named exactly", hint: "write the rule by hand")
    }
    let blocked = settings.agent(label)?.blockedContent ?? BlockedContent()
    for finding in entry.findings where rules.contains(finding.rule) {
      guard let category = Category(rawValue: finding.category), blocked.covers(rule: finding.rule, category: category)
      else { continue }
      throw CommandFailure(
        "\(agent) must never handle \(finding.category), which its blocked_content says; no exception changes that",
        hint: "edit agents.\(agent).blocked_content")
    }
    event = entry.id
    self.agent = agent
    tool = entry.tool
    direction = entry.direction
    self.until = until
    overrides = rules.map { rule in
      var override = RuleOverride(rule: rule)
      override.action = .allowAndFlag
      override.agents = [agent]
      if !entry.tool.isEmpty { override.tools = ToolNames([entry.tool]) }
      override.direction = entry.direction
      override.until = until
      return override
    }
  }

  /// For people; safe for a terminal.
  var place: String {
    let subject = tool.isEmpty ? "any tool" : TerminalText.line(tool, width: 60)
    return "in a \(direction.rawValue) of \(agent), \(subject)"
  }

  /// What the wrapped side's peer is called in records.
  private static let client = "client"
}
