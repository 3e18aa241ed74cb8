import Guard

/// The result of a scan for people: the verdict, then each finding with its place and a redacted excerpt.
struct ScanReport {
  let scanned: ScannedText

  func write(to output: ResultOutput) throws(CommandFailure) {
    let inspection = scanned.inspection
    let style = output.terminal.style
    let verdict = style.apply(Style.tint(inspection.verdict), to: inspection.verdict.name)
    try output.line("\(verdict): \(summary)")
    for (finding, place) in zip(inspection.findings, scanned.places()).prefix(Self.shownFindings) {
      try output.line()
      try write(finding, at: place, to: output)
    }
    let hidden = inspection.findings.count - Self.shownFindings
    if hidden > 0 {
      try output.line()
      try output.line("\(hidden) more; '--format json' prints all")
    }
  }

  private static let shownFindings = 50

  private var summary: String {
    let count = scanned.inspection.findings.count + scanned.inspection.droppedFindings
    let findings = count == 0 ? "nothing found" : count == 1 ? "1 finding" : "\(count) findings"
    return "\(findings) in \(TerminalText.line(scanned.name, width: 200)), read as \(scanned.role.name)"
  }

  private func write(
    _ finding: Finding, at place: ScannedText.Place, to output: ResultOutput
  ) throws(CommandFailure) {
    let style = output.terminal.style
    let severity = style.apply(Style.tint(finding.severity), to: finding.severity.name)
    let rule = style.apply(.bold, to: TerminalText.line(finding.rule))
    try output.line("\(severity)  \(rule)  \(TerminalText.line(finding.name, width: 200))")
    let margin = "  \(place.line):\(place.column)\(Self.view(finding.view))  "
    let room = output.terminal.isInteractive ? max(20, output.terminal.columns - DisplayWidth.of(margin)) : .max
    try output.line(style.apply(.dim, to: margin) + TerminalText.line(finding.excerpt, width: room))
  }

  private static func view(_ view: View) -> String {
    switch view {
    case .text: ""
    case .folded: " (disguised)"
    case .decoded: " (encoded)"
    }
  }
}
