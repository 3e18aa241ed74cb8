import JSONRPC

/// What was found, for people and for programs.
struct DiscoveryReport {
  struct File {
    let file: SettingsFile
    let path: String
    let servers: [ServerFacts]
  }

  private let files: [File]

  init(_ discovery: Discovery, journal: WrapJournal, mask: ArgumentMask) {
    files = discovery.files.map { file in
      let real = OwnProgram.resolved(file.path) ?? file.path
      let servers = file.document.map { document in
        let judgement = EntryJudgement(journal: journal, file: real, document: document)
        return file.entries.map { entry in
          ServerFacts(DiscoveredServer(file: file, entry: entry), state: judgement.state(of: entry), mask: mask)
        }
      }
      return File(file: file, path: discovery.surroundings.shown(file.path), servers: servers ?? [])
    }.filter { !$0.servers.isEmpty || $0.file.problem != nil }
  }

  private var servers: [ServerFacts] { files.flatMap(\.servers) }

  // MARK: For people

  func write(to output: ResultOutput) throws(CommandFailure) {
    guard output.terminal.isInteractive else { return try writeRows(to: output) }
    let style = output.terminal.style
    let width = output.terminal.columns
    var lastClient = ""
    for file in files {
      if file.file.client.id != lastClient {
        if !lastClient.isEmpty { try output.line() }
        try output.line(style.apply(.bold, to: file.file.client.name))
        lastClient = file.file.client.id
      }
      let others = file.file.alsoReadBy.isEmpty ? "" : ", also read by \(file.file.alsoReadBy.joined(separator: ", "))"
      try output.line(
        "  "
          + style.apply(
            .dim, to: TerminalText.line("\(file.file.place.scope.rawValue): \(file.path)\(others)", width: width - 2)))
      if let problem = file.file.problem {
        for line in TextWrap.lines("cannot be read: \(TerminalText.line(problem))", width: width - 4) {
          try output.line("    " + style.apply(.red, to: line))
        }
      }
      let nameWidth = file.servers.map { DisplayWidth.of(TerminalText.line($0.name, width: 30)) }.max() ?? 0
      for server in file.servers { try write(server, nameWidth, to: output) }
    }
    if !files.isEmpty {
      try output.line()
      for line in TextWrap.lines(totals, width: width) { try output.line(line) }
    }
  }

  private func write(_ server: ServerFacts, _ nameWidth: Int, to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    let width = output.terminal.columns
    let name = TerminalText.line(server.name, width: 30)
    let padding = String(repeating: " ", count: max(0, nameWidth - DisplayWidth.of(name)) + 2)
    let risk = server.risk.rawValue
    var head = "    \(style.apply(.bold, to: name))\(padding)\(style.apply(Self.tint(server.risk), to: risk))"
    head += String(repeating: " ", count: 10 - risk.utf8.count)
    head += style.apply(Self.tint(server.state), to: server.stateWord)
    if let agent = server.agent, agent != server.name { head += " as \(agent)" }
    if server.isDisabled { head += ", disabled" }
    try output.line(head)
    if let project = server.project {
      try output.line("      " + style.apply(.dim, to: TerminalText.line("in \(project)", width: width - 6)))
    }
    for line in TextWrap.lines(TerminalText.line(Self.line(server)), width: width - 8) {
      try output.line("      \(line)")
    }
    for note in server.notes {
      let text = TerminalText.line(note.text + (note.rule.map { " (\($0))" } ?? ""), width: width - 8)
      try output.line("      " + style.apply(.yellow, to: "! \(text)"))
    }
  }

  /// One row a server, for other programs.
  private func writeRows(to output: ResultOutput) throws(CommandFailure) {
    var table = Table(
      ["CLIENT", "SCOPE", "FILE", "SERVER", "STATE", "RISK", "COMMAND"].map { Table.Column(title: $0) })
    for file in files {
      let place = [file.file.client.id, file.file.place.scope.rawValue, file.path]
      if let problem = file.file.problem {
        table.add((place + ["", "unreadable", "", problem]).map { Table.Cell($0) })
      }
      for server in file.servers {
        table.add(
          (place + [server.name, server.stateWord, server.risk.rawValue, Self.line(server)]).map { Table.Cell($0) })
      }
    }
    try table.write(to: output)
  }

  private static func line(_ server: ServerFacts) -> String {
    server.command.map { word in
      word.isEmpty || word.contains(where: { $0 == " " || $0.isNewline }) ? "'\(word)'" : word
    }.joined(separator: " ")
  }

  /// "2 clients, 3 files, 5 servers: 2 wrapped, 3 not wrapped; 1 critical, 2 high"
  private var totals: String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let clients = Set(files.map(\.file.client.id)).count
    var text = [count(clients, "client"), count(files.count, "file"), count(servers.count, "server")].joined(
      separator: ", ")
    var states: [(word: String, number: Int)] = []
    for server in servers {
      if let place = states.firstIndex(where: { $0.word == server.stateWord }) {
        states[place].number += 1
      } else {
        states.append((server.stateWord, 1))
      }
    }
    if !states.isEmpty { text += ": " + states.map { "\($0.number) \($0.word)" }.joined(separator: ", ") }
    let risks = RiskClass.allCases.map { risk in (risk, servers.count { $0.risk == risk }) }.filter { $0.1 > 0 }
    if !risks.isEmpty { text += "; risk: " + risks.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ") }
    let unreadable = files.count { $0.file.problem != nil }
    return unreadable == 0 ? text : text + "; \(count(unreadable, "file")) could not be read"
  }

  private static func tint(_ risk: RiskClass) -> Style.Tint {
    switch risk {
    case .critical: .boldRed
    case .high: .magenta
    case .medium: .yellow
    case .unknown: .dim
    }
  }

  private static func tint(_ state: WrapState) -> Style.Tint {
    switch state {
    case .wrapped: .green
    case .plain: .yellow
    case .suspicious: .boldRed
    case .own, .notAProcess: .dim
    }
  }

  // MARK: For programs

  var json: JSONValue {
    var clients: [(client: Client, files: [JSONValue])] = []
    for file in files {
      if clients.last?.client.id != file.file.client.id { clients.append((file.file.client, [])) }
      clients[clients.count - 1].files.append(Self.json(file))
    }
    let list = clients.map { client, files in
      JSONValue.object([("id", .string(client.id)), ("name", .string(client.name)), ("files", .array(files))])
    }
    func number(_ value: Int) -> JSONValue { .number(String(value)) }
    let totals: [(name: String, value: JSONValue)] = [
      ("clients", number(clients.count)), ("files", number(files.count)), ("servers", number(servers.count)),
      ("wrapped", number(servers.count { $0.stateWord == "wrapped" })),
      ("not_wrapped", number(servers.count { $0.stateWord == "not wrapped" })),
      ("suspicious", number(servers.count { $0.stateWord == "suspicious" })),
      ("unreadable", number(files.count { $0.file.problem != nil })),
    ]
    return .object([("clients", .array(list)), ("totals", .object(totals))])
  }

  private static func json(_ file: File) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("path", .string(file.file.path)), ("scope", .string(file.file.place.scope.rawValue)),
      ("also_read_by", .array(file.file.alsoReadBy.map { .string($0) })),
    ]
    if let problem = file.file.problem { members.append(("problem", .string(problem))) }
    members.append(("servers", .array(file.servers.map(json))))
    return .object(members)
  }

  private static func json(_ server: ServerFacts) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("name", .string(server.name))]
    if let project = server.project { members.append(("project", .string(project))) }
    members += [
      ("transport", .string(server.transport)), ("state", .string(server.stateWord)),
      ("risk", .string(server.risk.rawValue)), ("disabled", .bool(server.isDisabled)),
    ]
    if let agent = server.agent { members.append(("agent", .string(agent))) }
    if server.transport == "remote" {
      members.append(("url", .string(server.command.first ?? "")))
    } else {
      members.append(("command", .array(server.command.map { .string($0) })))
    }
    members.append(("environment", .array(server.environment.map { .string($0) })))
    members.append(
      (
        "notes",
        .array(
          server.notes.map { .object([("rule", $0.rule.map { .string($0) } ?? .null), ("text", .string($0.text))]) })
      ))
    return .object(members)
  }
}
