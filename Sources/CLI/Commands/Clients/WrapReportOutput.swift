import JSONRPC

/// Shows what was done to settings files.
struct WrapReportOutput {
  let reports: [WrapReport]
  /// Status words for what would be done only.
  var isDryRun = false

  func write(to output: ResultOutput) throws(CommandFailure) {
    guard output.terminal.isInteractive else { return try writeRows(to: output) }
    let style = output.terminal.style
    let width = output.terminal.columns
    for (place, report) in reports.enumerated() {
      if place > 0 { try output.line() }
      let path = TerminalText.line(report.path, width: max(20, width - DisplayWidth.of(report.client.name) - 2))
      try output.line("\(style.apply(.bold, to: report.client.name))  \(style.apply(.dim, to: path))")
      var table = Table([
        .init(title: "", minimum: 8), .init(title: "", preferred: 24, minimum: 10),
        .init(title: "", minimum: 16, wraps: true),
      ])
      for line in report.lines {
        table.add([
          .init("  " + word(line), tint: Self.tint(line.status)), .init(line.server), .init(Self.detail(line)),
        ])
      }
      let layout = table.layout(for: output.terminal)
      for row in table.rows {
        for line in layout.lines(row) { try output.line(line) }
      }
      try write(report.problem, .red, prefix: "  ", to: output)
      for note in report.notes { try write(note, .yellow, prefix: "  ", to: output) }
      try writeDiff(report, to: output)
    }
  }

  /// One row a server. The diff comes as lines of its own, since it was asked for.
  private func writeRows(to output: ResultOutput) throws(CommandFailure) {
    for report in reports {
      var table = Table(["CLIENT", "FILE", "SERVER", "STATUS", "DETAIL"].map { Table.Column(title: $0) })
      for line in report.lines {
        table.add([report.client.id, report.path, line.server, word(line), Self.detail(line)].map { Table.Cell($0) })
      }
      if let problem = report.problem {
        table.add([report.client.id, report.path, "", "failed", problem].map { Table.Cell($0) })
      }
      try table.write(to: output)
      for note in report.notes { Diagnostics.note("\(report.path): \(note)") }
      try writeDiff(report, to: output)
    }
  }

  private func writeDiff(_ report: WrapReport, to output: ResultOutput) throws(CommandFailure) {
    guard !report.diff.isEmpty else { return }
    let style = output.terminal.style
    try output.line(style.apply(.bold, to: "--- \(TerminalText.line(report.path))"))
    try output.line(style.apply(.bold, to: "+++ \(TerminalText.line(report.path))"))
    for line in report.diff {
      let tint: Style.Tint =
        switch line.first {
        case "+": .green
        case "-": .red
        case "@": .cyan
        default: .none
        }
      try output.line(style.apply(tint, to: Self.safe(line)))
    }
  }

  /// Indentation by tabs is no danger and belongs to the text.
  private static func safe(_ line: String) -> String {
    line.split(separator: "\t", omittingEmptySubsequences: false).map { TerminalText.line(String($0)) }
      .joined(separator: "\t")
  }

  private func write(_ text: String?, _ tint: Style.Tint, prefix: String, to output: ResultOutput)
    throws(CommandFailure)
  {
    guard let text else { return }
    for line in TextWrap.lines(TerminalText.line(text), width: output.terminal.columns - prefix.utf8.count) {
      try output.line(prefix + output.terminal.style.apply(tint, to: line))
    }
  }

  private func word(_ line: WrapReport.Line) -> String {
    guard isDryRun else { return line.status.rawValue }
    return switch line.status {
    case .wrapped: "would wrap"
    case .unwrapped: "would unwrap"
    default: line.status.rawValue
    }
  }

  private static func detail(_ line: WrapReport.Line) -> String {
    var parts: [String] = []
    if let agent = line.agent, agent != line.server { parts.append("as \(agent)") }
    if let note = line.note { parts.append(note) }
    if let project = line.project { parts.append("in \(project)") }
    return parts.joined(separator: "; ")
  }

  private static func tint(_ status: WrapReport.Status) -> Style.Tint {
    switch status {
    case .wrapped, .unwrapped: .green
    case .alreadyWrapped, .leftAlone: .dim
    case .notWrapped, .gone: .yellow
    case .suspicious, .failed: .boldRed
    }
  }

  // MARK: Totals and JSON

  /// "2 wrapped, 1 left alone"
  var totals: String {
    let statuses: [WrapReport.Status] = [
      .wrapped, .unwrapped, .alreadyWrapped, .notWrapped, .leftAlone, .suspicious, .gone, .failed,
    ]
    var parts: [String] = []
    for status in statuses {
      let number = reports.reduce(0) { $0 + $1.count(status) }
      if number > 0 { parts.append("\(number) \(word(.init(server: "", status: status)))") }
    }
    let failures = reports.count { $0.problem != nil }
    if failures > 0 { parts.append("\(failures) \(failures == 1 ? "file" : "files") failed") }
    return parts.joined(separator: ", ")
  }

  var json: JSONValue {
    .array(
      reports.map { report in
        var members: [(name: String, value: JSONValue)] = [
          ("client", .string(report.client.id)), ("file", .string(report.path)),
          ("scope", .string(report.scope.rawValue)),
        ]
        if let problem = report.problem { members.append(("problem", .string(problem))) }
        if !report.notes.isEmpty { members.append(("notes", .array(report.notes.map { .string($0) }))) }
        members.append(("servers", .array(report.lines.map(json))))
        if !report.diff.isEmpty { members.append(("diff", .array(report.diff.map { .string($0) }))) }
        return .object(members)
      })
  }

  private func json(_ line: WrapReport.Line) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("name", .string(line.server)), ("status", .string(word(line)))]
    if let project = line.project { members.append(("project", .string(project))) }
    if let agent = line.agent { members.append(("agent", .string(agent))) }
    if let note = line.note { members.append(("note", .string(note))) }
    return .object(members)
  }
}
