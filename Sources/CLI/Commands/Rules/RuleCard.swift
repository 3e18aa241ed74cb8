import Guard

/// Everything about one rule, for people.
struct RuleCard {
  let rule: RuleDefinition
  var origin: LoadedRules.Origin?

  func write(to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let width = min(output.terminal.columns, Self.maximumWidth)
    let id = style.apply(.bold, to: TerminalText.line(rule.id))
    try output.line("\(id)  \(TerminalText.line(rule.name, width: max(20, width - rule.id.utf8.count - 2)))")
    let severity = style.apply(Style.tint(rule.severity), to: rule.severity.name)
    try output.line("\(severity), \(rule.category.rawValue)\(originWords)")

    try section(nil, [rule.description], width, output)
    try section("How it is matched", RuleWords.matching(rule), width, output)
    try section("Where it is looked for", roles, width, output)
    try section("What to do", [rule.remediation], width, output)
    try examples("Found", rule.matches, width, output)
    try examples("Not found", rule.passes, width, output)
  }

  private var originWords: String {
    switch origin {
    case nil: ""
    case .custom: ", custom"
    case .replacement: ", custom: replaces the built-in rule"
    }
  }

  private static let maximumWidth = 100
  private static let shownExamples = 5

  /// "tool_result, message (here at most medium)".
  private var roles: [String] {
    let names = rule.roles.roles.map { role in
      rule.roleSeverity[role].map { "\(role.name) (there at most \($0.name))" } ?? role.name
    }
    return rule.roles == .all && rule.roleSeverity.isEmpty ? ["Everywhere."] : [names.joined(separator: ", ") + "."]
  }

  private func section(
    _ title: String?, _ sentences: [String], _ width: Int, _ output: ResultOutput
  ) throws(CommandFailure) {
    let text = sentences.filter { !$0.isEmpty }.map { TerminalText.line($0) }.joined(separator: " ")
    guard !text.isEmpty else { return }
    try output.line()
    if let title { try output.line(output.terminal.style.apply(.bold, to: title)) }
    let indent = title == nil ? "" : "  "
    for line in TextWrap.lines(text, width: width - indent.utf8.count) { try output.line(indent + line) }
  }

  private func examples(
    _ title: String, _ examples: [RuleExample], _ width: Int, _ output: ResultOutput
  ) throws(CommandFailure) {
    guard !examples.isEmpty else { return }
    try output.line()
    try output.line(output.terminal.style.apply(.bold, to: title))
    let labels = examples.map { $0.role?.name ?? "" }
    let labelWidth = labels.map(\.utf8.count).max() ?? 0
    for (example, label) in zip(examples, labels).prefix(Self.shownExamples) {
      let padding = String(repeating: " ", count: labelWidth - label.utf8.count + (labelWidth > 0 ? 2 : 0))
      let text = TerminalText.line(example.text, width: width - 2 - labelWidth - 2)
      try output.line("  \(output.terminal.style.apply(.dim, to: label))\(padding)\(text)")
    }
  }
}
