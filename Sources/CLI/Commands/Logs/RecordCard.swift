import Audit
import Guard

/// Everything about one record, for people.
struct RecordCard {
  let entry: AuditEntry

  func write(to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let width = fields.map { DisplayWidth.of($0.name) }.max() ?? 0
    for field in fields {
      let name = field.name + String(repeating: " ", count: width - DisplayWidth.of(field.name))
      try output.line("\(style.apply(.dim, to: name))  \(style.apply(field.tint, to: TerminalText.line(field.value)))")
    }
    for finding in entry.findings {
      try output.line()
      try write(finding, to: output)
    }
    guard entry.findingsDropped > 0 else { return }
    try output.line()
    try output.line("\(entry.findingsDropped) more findings were not kept")
  }

  private struct Field {
    var name: String
    var value: String
    var tint = Style.Tint.none
  }

  private var fields: [Field] {
    var fields = [
      Field(name: "record", value: entry.id.description, tint: .bold),
      Field(name: "time", value: Moment.local(entry.timestamp)),
      Field(
        name: "status", value: "\(entry.status.rawValue) (\(entry.decision.rawValue))", tint: Style.tint(entry.status)),
      Field(name: "verdict", value: entry.verdict.name, tint: Style.tint(entry.verdict)),
      Field(name: "action", value: entry.action.rawValue),
      Field(name: "from → to", value: "\(entry.from)→\(entry.to)"),
    ]
    func add(_ name: String, _ value: String) {
      if !value.isEmpty { fields.append(Field(name: name, value: value)) }
    }
    add("method", entry.method)
    add("tool", entry.tool)
    add("reason", entry.reason)
    add("item", entry.quarantineItem?.description ?? "")
    add("session", entry.session)
    add("signature", signature)
    add("sent", entry.senderTimestamp ?? "")
    add("size", "\(entry.bytes) \(entry.bytes == 1 ? "byte" : "bytes")")
    add("sha256", entry.contentHash.hex)
    add("forwarded", entry.forwardedHash?.hex ?? "")
    add("took", "\(entry.latency) µs")
    return fields
  }

  private var signature: String {
    switch entry.signature {
    case .absent: "none"
    case .verified: "verified, key \(entry.fingerprint?.prefix(16) ?? "unknown")"
    case .invalid: "does not hold"
    }
  }

  private func write(_ finding: FindingRecord, to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let severity = style.apply(Style.tint(finding.severity), to: finding.severity.name)
    let rule = TerminalText.line(finding.rule)
    let room = output.terminal.isInteractive ? max(20, output.terminal.columns - 2) : .max
    let taken = finding.severity.name.utf8.count + 2 + DisplayWidth.of(rule)
    let names = "\(TerminalText.line(finding.name)), \(TerminalText.line(finding.category))"
    let fits = room == .max || taken + 2 + DisplayWidth.of(names) <= room + 2
    try output.line("\(severity)  \(style.apply(.bold, to: rule))" + (fits ? "  \(names)" : ""))
    if !fits { try output.line("  \(TerminalText.line(names, width: room))") }
    let place = "\(finding.pointer.isEmpty ? "text" : finding.pointer), bytes \(finding.start)–\(finding.end)"
    try output.line("  \(style.apply(.dim, to: TerminalText.line(place, width: room)))")
    guard !finding.excerpt.isEmpty else { return }
    for line in TextWrap.lines(TerminalText.line(finding.excerpt), width: room) { try output.line("  \(line)") }
  }
}
