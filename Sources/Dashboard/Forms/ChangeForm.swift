import Audit
import Guard

/// A form of the dashboard, told by its address, and the change that its fields ask for.
enum ChangeForm: Equatable {
  case mode, quarantine, webhook, addAgent
  case treatment(rule: String)
  case exception(event: EventID)
  case review(item: EventID)
  case agent(AgentName)
  case key(AgentName)

  init?(path: String) {
    let parts = path.split(separator: "/").dropFirst().map(String.init)
    switch (parts.first, parts.count) {
    case ("settings", 2) where parts[1] == "mode": self = .mode
    case ("settings", 2) where parts[1] == "quarantine": self = .quarantine
    case ("settings", 2) where parts[1] == "webhook": self = .webhook
    case ("agents", 2) where parts[1] == "add": self = .addAgent
    case ("agents", 3):
      guard let name = AgentName(parts[1]) else { return nil }
      switch parts[2] {
      case "edit": self = .agent(name)
      case "key": self = .key(name)
      default: return nil
      }
    case ("rules", 3) where parts[2] == "treatment": self = .treatment(rule: parts[1])
    case ("events", 3) where parts[2] == "exception":
      guard let id = EventID(parts[1]) else { return nil }
      self = .exception(event: id)
    case ("quarantine", 2):
      guard let id = EventID(parts[1]) else { return nil }
      self = .review(item: id)
    default: return nil
    }
  }

  /// Where a browser goes that does not say where it came from.
  var place: String {
    switch self {
    case .mode, .quarantine, .webhook: "/dashboard/settings"
    case .addAgent: "/dashboard/agents"
    case .treatment(let rule): "/dashboard/rules/\(PercentCoding.encode(rule))"
    case .exception(let id), .review(let id): "/dashboard/events/\(id)"
    case .agent(let name), .key(let name): "/dashboard/agents/\(name)"
    }
  }

  /// - Throws: when a field is missing or makes no sense.
  func change(_ fields: FormFields, now: Int64) throws(SystemProblem) -> SystemChange {
    switch self {
    case .mode:
      guard let mode = fields["mode"].flatMap({ Mode(rawValue: $0) }) else { throw Self.incomplete }
      return .mode(mode)
    case .quarantine:
      return .quarantine(
        isEnabled: fields["enabled"] == "1",
        expiryHours: try Self.number(fields["expiry"], in: 1...8760, "the hours until an item runs out"),
        retentionDays: try Self.number(fields["retention"], in: 0...36_500, "the days that the audit is kept"))
    case .webhook:
      guard let name = fields["name"], !name.isEmpty else { throw Self.incomplete }
      return .testWebhook(name: name)
    case .addAgent: return .addAgent(try Self.agent(fields.trimmed("name") ?? ""))
    case .treatment(let rule):
      guard let word = fields["action"] else { throw Self.incomplete }
      if word.isEmpty { return .rule(id: rule, nil) }
      guard let action = OverrideAction(rawValue: word) else { throw Self.incomplete }
      return .rule(id: rule, action)
    case .exception(let event):
      let until = try Self.end(fields["for"] ?? "", now: now)
      return .exception(event: event, rule: fields.trimmed("rule"), until: until, reason: try Self.reason(fields))
    case .review(let item):
      guard let decision = fields["decision"].flatMap({ QuarantineReview.Decision(rawValue: $0) }) else {
        throw Self.incomplete
      }
      return .review(item: item, decision, reason: try Self.reason(fields))
    case .agent(let name): return .agent(name, try Self.edit(fields))
    case .key(let name):
      switch fields["action"] {
      case "generate": return .generateKey(name)
      case "rotate": return .rotateKey(name)
      case "revoke": return .revokeKey(name)
      default: throw Self.incomplete
      }
    }
  }

  // MARK: Fields

  private static let incomplete = SystemProblem("the form is incomplete, so nothing was changed")

  private static func reason(_ fields: FormFields) throws(SystemProblem) -> String {
    let reason = fields.trimmed("reason") ?? ""
    guard reason.utf8.count <= 500 else { throw SystemProblem("a reason is at most 500 bytes") }
    return reason
  }

  private static func agent(_ text: String) throws(SystemProblem) -> AgentName {
    guard let name = AgentName(text) else {
      throw SystemProblem("that is no agent's name", hint: "a name is \(AgentName.rule)")
    }
    return name
  }

  private static func number(
    _ text: String?, in range: ClosedRange<Int>, _ what: String
  ) throws(SystemProblem) -> Int {
    guard let number = text.flatMap({ Int(FormFields.trim($0)) }), range.contains(number) else {
      throw SystemProblem("\(what) must be between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  /// The first whole second at which an exception no longer holds.
  private static func end(_ word: String, now: Int64) throws(SystemProblem) -> Int64? {
    let hours: Int64
    switch word {
    case "1h": hours = 1
    case "24h": hours = 24
    case "7d": hours = 7 * 24
    case "always": return nil
    default: throw incomplete
    }
    return (now + hours * 3_600_000_000 + 999_999) / 1_000_000 * 1_000_000
  }

  private static func edit(_ fields: FormFields) throws(SystemProblem) -> AgentEdit {
    let description = fields.trimmed("description") ?? ""
    guard description.utf8.count <= 500 else { throw SystemProblem("a description is at most 500 bytes") }
    var tools: [String]?
    if fields["tools"] == "list" {
      tools = lines(fields["tool_list"])
      for tool in tools ?? [] {
        guard tool.utf8.count <= 256 else { throw SystemProblem("a tool's name has at most 256 bytes") }
        // The page writes invisible characters out; taken back, they would name another tool.
        guard !tool.contains("<U+"), !tool.contains("<tags:") else {
          throw SystemProblem(
            "the name of a tool holds invisible characters, which this form cannot keep",
            hint: "edit the config by hand")
        }
      }
    }
    var recipients = Recipients.anyone
    if fields["recipients"] == "list" {
      var names: Set<AgentName> = []
      for line in lines(fields["recipient_list"]) { names.insert(try agent(line)) }
      recipients = .only(names)
    }
    let blocked = fields.all("blocked")
    var check = BlockedContent()
    for word in blocked {
      guard check.add(word) else { throw incomplete }
    }
    let rate = fields.trimmed("rate")
    return AgentEdit(
      description: description, canMessage: recipients, allowedTools: tools, blockedContent: blocked,
      ratePerMinute: try rate.map { text throws(SystemProblem) in
        try number(text, in: 1...1_000_000, "the messages in a minute")
      })
  }

  /// Lines with something on them, each once.
  private static func lines(_ text: String?) -> [String] {
    var lines: [String] = []
    for line in (text ?? "").split(whereSeparator: \.isNewline) {
      let line = FormFields.trim(line)
      if !line.isEmpty, !lines.contains(line) { lines.append(line) }
    }
    return lines
  }
}
