import Audit
import Guard
import JSONRPC

extension StatusReport {
  /// One screen.
  func write(to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    if configuration.mode == .observe {
      try output.line(style.apply(.boldRed, to: "NOTHING IS STOPPED: the mode is observe"))
    }
    try FactLines.write(facts, to: output)
    guard !findings.isEmpty else { return try output.line("\nNothing is wrong.") }
    try output.line()
    for finding in findings.sorted(by: { $0.grade == .failed && $1.grade != .failed }).prefix(Self.shownFindings) {
      try write(finding, to: output)
    }
    if findings.count > Self.shownFindings {
      try output.line("and \(findings.count - Self.shownFindings) more: --json")
    }
  }

  private static let shownFindings = 8

  private func write(_ finding: Checkup.Finding, to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let word = finding.grade.rawValue
    let width = output.terminal.isInteractive ? output.terminal.columns - 9 : .max
    let text = TerminalText.line(finding.text) + (finding.remedy.map { " → \(TerminalText.line($0))" } ?? "")
    for (place, line) in TextWrap.lines(text, width: width).enumerated() {
      let head = place == 0 ? style.apply(finding.grade == .failed ? .boldRed : .yellow, to: word) : ""
      let padding = String(repeating: " ", count: 9 - (place == 0 ? word.utf8.count : 0))
      try output.line(head + padding + line)
    }
  }

  private var facts: [(name: String, value: String)] {
    var facts = [
      ("config", path ?? "none: the built-in defaults hold"),
      ("mode", configuration.mode.rawValue + ": " + ModeCommand.sentence(configuration.mode)),
    ]
    if let since { facts.append(("since", "\(Moment.local(since)), the last change of the config")) }
    facts.append(("database", (database ?? "none") + (databaseState.remark.map { " (\($0))" } ?? "")))
    facts.append(("audit key", auditKey?.short ?? (databaseState.isReadable ? "none yet" : "unknown")))
    if let verifiedRecords { facts.append(("chain", "\(verifiedRecords) records verified")) }
    facts.append(("agents", "\(configuration.agents.count) in the config; all others: \(configuration.defaultPolicy)"))
    facts.append(
      (
        "keys",
        "\(activeKeys) active, \(revokedKeys) revoked; signatures are "
          + (configuration.requiresSignature ? "required" : "optional")
      ))
    if let ruleWords { facts.append(("rules", ruleWords)) }
    facts.append(("today", todayWords))
    facts.append(("quarantine", quarantineWords))
    if !configuration.webhooks.isEmpty {
      facts.append(("webhooks", "\(configuration.webhooks.count), \(unsent) not sent yet"))
    }
    return facts
  }

  /// Nil when the rules are the built-in ones and all of them count.
  private var ruleWords: String? {
    guard let rules, !rules.origins.isEmpty || !ignoredRules.isEmpty else { return nil }
    let own = rules.origins.count - replacedRules.count
    var words = ["\(rules.rules.count) in force"]
    if own > 0 { words.append("\(own) of your own") }
    if !replacedRules.isEmpty { words.append("replaced: \(Self.shown(replacedRules))") }
    if !ignoredRules.isEmpty { words.append("ignored by the config: \(Self.shown(ignoredRules))") }
    return words.joined(separator: "; ")
  }

  private static func shown(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }

  private var todayWords: String {
    let records = today?.records ?? 0
    let stopped = Self.stopped.map { "\(today?.statuses[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    let rules = (today?.rules ?? []).prefix(3).map { "\($0.rule) \($0.findings)" }.joined(separator: ", ")
    return "\(records) \(records == 1 ? "message" : "messages"): \(stopped)"
      + (rules.isEmpty ? "" : "; found most: \(rules)")
  }

  private var quarantineWords: String {
    let pending = quarantine[.pending] ?? 0
    let words = "\(pending) pending, \(quarantine[.expired] ?? 0) expired"
    return pending > 0 ? words + "; see 'oktsec quarantine'" : words
  }

  private static let stopped: [DeliveryStatus] = [.blocked, .quarantined, .rejected, .error]

  var json: JSONValue {
    func number(_ value: Int) -> JSONValue { .number(String(value)) }
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    let statuses = DeliveryStatus.allCases.map { ($0.rawValue, number(today?.statuses[$0] ?? 0)) }
    let states = QuarantineState.allCases.map { ($0.rawValue, number(quarantine[$0] ?? 0)) }
    return .object([
      ("ok", .bool(!hasFailed)), ("config", text(path)), ("mode", .string(configuration.mode.rawValue)),
      ("stops", .bool(configuration.mode == .enforce)), ("since", text(since.map { Timestamp.text($0) })),
      ("database", text(database)), ("audit_key", text(auditKey?.hex)),
      ("verified_records", verifiedRecords.map(number) ?? .null),
      ("agents", number(configuration.agents.count)),
      (
        "keys",
        .object([
          ("folder", text(keysFolder)), ("active", number(activeKeys)), ("revoked", number(revokedKeys)),
          ("signatures_required", .bool(configuration.requiresSignature)),
        ])
      ),
      (
        "rules",
        .object([
          ("in_force", rules.map { number($0.rules.count) } ?? .null),
          ("custom", number((rules?.origins.count ?? 0) - replacedRules.count)),
          ("replaced", .array(replacedRules.map { .string($0) })),
          ("ignored", .array(ignoredRules.map { .string($0) })),
        ])
      ),
      (
        "today",
        .object([("records", number(today?.records ?? 0))] + statuses)
      ), ("quarantine", .object(states)),
      ("webhooks", .object([("configured", number(configuration.webhooks.count)), ("unsent", number(unsent))])),
      (
        "findings",
        .array(
          findings.map {
            .object([
              ("grade", .string($0.grade.rawValue)), ("text", .string($0.text)), ("remedy", text($0.remedy)),
            ])
          })
      ),
    ])
  }
}
