import ArgumentParser
import JSONRPC

/// `oktsec doctor`.
struct DoctorCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check that every wrapped server still starts and answers.",
    discussion: """
      Starts each wrapped server once, as its client would, and asks it to initialize; --no-start leaves that out.

      Examples:
        oktsec doctor
        oktsec doctor --no-start
      """)

  @Option(help: ArgumentHelp("Also the servers of this project.", valueName: "dir"), completion: .directory)
  var project: String?

  @Flag(help: "Do not start any server.")
  var noStart = false

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let project = try ClientSelection.project(project, folders: folders)
    let general = try general(folders)
    var checkup = Checkup(
      discovery: Discovery(ClientSurroundings.current(project: project)),
      journal: try JournalFile.read(try ClientState(folders)), folders: folders)
    checkup.startsServers = !noStart
    let showsProgress = Terminal(descriptor: 2).isInteractive
    let servers = checkup.servers { if showsProgress { Diagnostics.note("starting \($0)") } }
    if json { try output.json(Self.json(general, servers).text) } else { try write(general, servers, to: output) }
    let failed = general.findings.contains { $0.grade == .failed } || servers.contains { $0.grade == .failed }
    if failed { throw ExitStatus(code: ExitCode.failure) }
  }

  // MARK: The installation

  private struct General {
    var facts: [(name: String, value: String)] = []
    var findings: [Checkup.Finding] = []
  }

  private func general(_ folders: UserFolders) throws(CommandFailure) -> General {
    var general = General()
    let lookup = ConfigurationLookup.placeForCommand(explicit: global.config, folders: folders)
    general.facts.append(("config", lookup.path ?? "none: the built-in defaults hold"))
    do throws(ConfigurationProblems) {
      let configuration = try lookup.load(folders: folders)
      general.facts.append(("mode", "\(configuration.mode.rawValue): \(ModeCommand.sentence(configuration.mode))"))
      let database = configuration.database ?? ""
      general.facts.append(("database", database))
      if !Checkup.isWritable(database) {
        general.findings.append(
          .init(
            grade: .failed, text: "the audit database \(database) cannot be written", remedy: "correct its permissions")
        )
      }
    } catch {
      for problem in error.problems { general.findings.append(.init(grade: .failed, text: problem.description)) }
    }
    let program = try OwnProgram.current(folders)
    general.facts.append(("program", program.executable))
    return general
  }

  // MARK: Output

  private func write(_ general: General, _ servers: [Checkup.Server], to output: ResultOutput) throws(CommandFailure) {
    guard output.terminal.isInteractive else { return try writeRows(general, servers, to: output) }
    try FactLines.write(general.facts, to: output)
    for finding in general.findings { try write(finding, "", to: output) }
    var last = ""
    for server in servers {
      if server.path != last {
        try output.line()
        try output.line(
          "\(output.terminal.style.apply(.bold, to: server.client.name))  \(TerminalText.line(server.path))")
        last = server.path
      }
      if server.findings.isEmpty {
        try write(.init(grade: .ok, text: "its program is there"), server.name, to: output)
      }
      for finding in server.findings { try write(finding, server.name, to: output) }
    }
    try output.line()
    let failed = servers.count { $0.grade == .failed }
    try output.line(
      servers.isEmpty
        ? "Nothing is wrapped yet. Next: oktsec wrap --all --dry-run"
        : failed == 0 ? "\(servers.count) checked, none failed." : "\(servers.count) checked, \(failed) failed.")
  }

  private func write(_ finding: Checkup.Finding, _ server: String, to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let (word, tint): (String, Style.Tint) =
      switch finding.grade {
      case .ok: ("ok", .green)
      case .warning: ("warning", .yellow)
      case .failed: ("failed", .boldRed)
      }
    let name = server.isEmpty ? "" : TerminalText.line(server, width: 24) + ": "
    let lines = TextWrap.lines(name + TerminalText.line(finding.text), width: output.terminal.columns - 11)
    for (place, line) in lines.enumerated() {
      let head =
        place == 0
        ? style.apply(tint, to: word) + String(repeating: " ", count: 9 - word.utf8.count)
        : String(repeating: " ", count: 9)
      try output.line("  \(head)\(line)")
    }
    guard let remedy = finding.remedy else { return }
    for line in TextWrap.lines("→ " + TerminalText.line(remedy), width: output.terminal.columns - 11) {
      try output.line(String(repeating: " ", count: 11) + style.apply(.cyan, to: line))
    }
  }

  private func writeRows(_ general: General, _ servers: [Checkup.Server], to output: ResultOutput)
    throws(CommandFailure)
  {
    var table = Table(["CLIENT", "FILE", "SERVER", "GRADE", "FINDING", "REMEDY"].map { Table.Column(title: $0) })
    for finding in general.findings {
      table.add(["", "", "", finding.grade.rawValue, finding.text, finding.remedy ?? ""].map { Table.Cell($0) })
    }
    for server in servers {
      let findings =
        server.findings.isEmpty ? [Checkup.Finding(grade: .ok, text: "its program is there")] : server.findings
      for finding in findings {
        let row = [
          server.client.id, server.path, server.name, finding.grade.rawValue, finding.text, finding.remedy ?? "",
        ]
        table.add(row.map { Table.Cell($0) })
      }
    }
    try table.write(to: output)
  }

  private static func json(_ general: General, _ servers: [Checkup.Server]) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = general.facts.map { ($0.name, .string($0.value)) }
    members.append(("findings", .array(general.findings.map(json))))
    members.append(
      (
        "servers",
        .array(
          servers.map { server in
            .object([
              ("client", .string(server.client.id)), ("file", .string(server.path)), ("name", .string(server.name)),
              ("grade", .string(server.grade.rawValue)), ("findings", .array(server.findings.map(json))),
            ])
          })
      ))
    return .object(members)
  }

  private static func json(_ finding: Checkup.Finding) -> JSONValue {
    .object([
      ("grade", .string(finding.grade.rawValue)), ("text", .string(finding.text)),
      ("remedy", finding.remedy.map { .string($0) } ?? .null),
    ])
  }
}
