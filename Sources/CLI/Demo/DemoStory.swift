import Guard

/// Tells what happened from audit records, one line for each and more where something was found.
struct DemoStory {
  let entries: [AuditEntry]
  let output: ResultOutput

  func write() throws(CommandFailure) {
    let width = entries.map { DisplayWidth.of(TerminalText.line(Self.sentence($0))) }.max() ?? 0
    for (index, entry) in entries.enumerated() {
      let number = String(index + 1)
      let sentence = TerminalText.line(Self.sentence(entry))
      let padding = String(repeating: " ", count: max(0, min(width, 48) - DisplayWidth.of(sentence)))
      try output.line(
        String(repeating: " ", count: max(0, 3 - number.count)) + style.apply(.dim, to: number) + "  " + sentence
          + padding + "  " + outcome(entry))
      for finding in Self.told(entry) { try write(finding) }
    }
  }

  // MARK: Private

  private var style: Style { output.terminal.style }

  /// What the message was, in words.
  static func sentence(_ entry: AuditEntry) -> String {
    let about = entry.tool.isEmpty ? entry.method : entry.tool
    if entry.method.isEmpty { return "\(entry.from) writes something unreadable" }
    if entry.method.hasPrefix("notifications/") {
      return "\(entry.from) says \(entry.method.dropFirst("notifications/".count))"
    }
    if entry.direction == .clientToServer {
      return entry.method == "tools/call" ? "\(entry.from) calls \(about)" : "\(entry.from) asks \(about)"
    }
    return "\(entry.from) answers \(about)"
  }

  private func outcome(_ entry: AuditEntry) -> String {
    switch entry.action {
    case .forwarded:
      style.apply(
        entry.verdict == .clean ? .green : Style.tint(entry.verdict),
        to: entry.verdict == .clean ? "passed" : "passed, \(entry.verdict.name)")
    case .filtered: style.apply(.yellow, to: "passed without the poisoned part")
    case .stopped: style.apply(.boldRed, to: "stopped (\(entry.status.rawValue))")
    case .gap: "records missing"
    case .reviewed, .changed: entry.reason
    }
  }

  /// The finding that decided; the others are in the table.
  private static func told(_ entry: AuditEntry) -> ArraySlice<FindingRecord> {
    entry.verdict > .flag ? entry.findings.sorted { $0.severity > $1.severity }.prefix(1) : []
  }

  private func write(_ finding: FindingRecord) throws(CommandFailure) {
    let severity = style.apply(Style.tint(finding.severity), to: finding.severity.name)
    try output.line("       \(severity) \(TerminalText.line(finding.rule)): \(TerminalText.line(finding.name))")
    let room = output.terminal.isInteractive ? max(20, output.terminal.columns - 9) : .max
    try output.line(
      "       " + style.apply(.dim, to: TerminalText.line("\u{201C}\(finding.excerpt)\u{201D}", width: room)))
  }
}
