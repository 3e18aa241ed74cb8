import ArgumentParser
import Audit
import Guard
import YAML

/// `oktsec wrap`.
struct WrapCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "wrap",
    abstract: "Put oktsec in front of the servers in a client's settings.",
    usage: """
      oktsec wrap <client> ... [options]
      oktsec wrap --all [options]
      """,
    discussion: """
      Only the program and its arguments change, byte by byte; comments, order and every other field stay. 'oktsec unwrap' \
      takes it back, also after later changes by hand. Servers that are reached by a URL are left alone.

      By hand: cp FILE.bak FILE, or put the words behind '--' back in the place of the command and its arguments.

      Examples:
        oktsec wrap cursor --dry-run
        oktsec wrap --all
        oktsec wrap claude-desktop --server files
      """)

  @Argument(help: ArgumentHelp("Names of clients, as 'oktsec discover' shows them.", valueName: "client"))
  var clients: [String] = []

  @Flag(help: "Every client on this machine. Files of projects are left alone.")
  var all = false

  @Option(help: ArgumentHelp("This server only.", valueName: "name"))
  var server: String?

  @Option(
    help: ArgumentHelp("The files of this project instead of the user's.", valueName: "dir"), completion: .directory)
  var project: String?

  @Flag(help: "Show the changes as a diff and make none.")
  var dryRun = false

  @Flag(help: "Change nothing; exit with 1 when a server is not wrapped, or not as it was.")
  var check = false

  @Flag(help: "Use this program's own path even in a build or temporary folder.")
  var allowHere = false

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if dryRun, check { throw ValidationError("--dry-run and --check exclude each other") }
  }

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let clients = try ClientSelection.clients(clients, all: all, command: "wrap")
    let project = try ClientSelection.project(project, folders: folders)
    let surroundings = ClientSurroundings.current(project: project)
    let discovery = Discovery(surroundings)
    try ensureInstalled(clients, discovery, isForProject: project != nil)
    try ensureKnown(server, discovery, clients)

    let purpose: WrapRun.Purpose = check ? .check : dryRun ? .show : .change
    let program = try OwnProgram.current(folders).stablePath(allowsAnywhere: allowHere || check)
    let config = try WrapConfiguration.path(named: global.config, makesOne: purpose == .change, folders: folders)
    if purpose == .change, global.config == nil, folders.namedConfig == nil { noteLocalConfig(folders, config.path) }
    let run = WrapRun(
      discovery: discovery, clients: clients.filter(\.isOfferedByWrap), server: server, isForProject: project != nil,
      purpose: purpose, state: try ClientState(folders), program: program, config: config.path, now: Timestamp.now)
    let reports = try run.run()
    if purpose == .change { warn(reports, surroundings) }
    try write(reports, config, folders, to: output)
    let isInOrder =
      check ? reports.allSatisfy(\.isInOrder) : reports.allSatisfy { $0.problem == nil && $0.count(.failed) == 0 }
    if !isInOrder { throw ExitStatus(code: ExitCode.failure) }
  }

  // MARK: Before

  private func ensureInstalled(_ clients: [Client], _ discovery: Discovery, isForProject: Bool) throws(CommandFailure) {
    for client in clients where !all {
      guard client.isOfferedByWrap else {
        throw CommandFailure(
          "\(client.name) is discovered, not wrapped: its settings are not documented well enough",
          hint: client.documentation)
      }
      let files = discovery.files(of: client).filter { ($0.place.scope == .project) == isForProject }
      guard files.isEmpty else { continue }
      let places = client.places.filter { ($0.scope == .project) == isForProject && $0.reasonNotToEdit == nil }
      let path = places.flatMap { discovery.surroundings.paths(of: $0) }.first
      let looked = path.map { ": there is no \(discovery.surroundings.shown($0))" } ?? ""
      throw CommandFailure(
        isForProject
          ? "this project has no settings of \(client.name)\(looked)" : "\(client.name) is not set up here\(looked)",
        hint: "'oktsec discover' shows what is")
    }
    if all, discovery.files.isEmpty { throw Self.nothingToWrap }
  }

  static let nothingToWrap = CommandFailure("no client is set up on this machine")

  private func ensureKnown(_ server: String?, _ discovery: Discovery, _ clients: [Client]) throws(CommandFailure) {
    guard let server else { return }
    let files = clients.flatMap { discovery.files(of: $0) }
    let known = files.filter { ($0.place.scope == .project) == (project != nil) }.flatMap { $0.entries.map(\.name) }
    guard !known.contains(server) else { return }
    throw CommandFailure(
      "there is no server \(FormReader.shown(server)) in these settings",
      hint: NearestWord.hint(for: server, among: known))
  }

  /// A config in the working directory holds for other commands, and not for what is written into settings.
  private func noteLocalConfig(_ folders: UserFolders, _ path: String) {
    guard folders.localConfig != path, OwnProgram.resolved(folders.localConfig) != nil else { return }
    Diagnostics.note("relays will read \(path), not \(folders.localConfig); name that one with --config if you mean it")
  }

  // MARK: After

  private func warn(_ reports: [WrapReport], _ surroundings: ClientSurroundings) {
    let changed = reports.filter { $0.count(.wrapped) > 0 }
    var clients: [Client] = []
    for report in changed where !clients.contains(where: { $0.id == report.client.id }) {
      clients.append(report.client)
    }
    for client in RunningClients.among(clients) {
      Diagnostics.warning(
        "\(client.name) is running and may write its settings again; 'oktsec wrap \(client.id) --check' tells")
    }
    guard let root = GitTracking.root(of: surroundings.projectFolders) else { return }
    for report in changed where report.scope == .project && GitTracking.mayTrack(report.path, in: root) {
      Diagnostics.warning("git tracks \(report.path): others would get a command that exists here only")
    }
  }

  private func write(
    _ reports: [WrapReport], _ config: (path: String, isNew: Bool), _ folders: UserFolders, to output: ResultOutput
  ) throws(CommandFailure) {
    let results = WrapReportOutput(reports: reports, isDryRun: dryRun)
    if json { return try output.json(results.json.text) }
    try results.write(to: output)
    guard output.terminal.isInteractive else {
      if reports.isEmpty { Diagnostics.note("there is no server to wrap") }
      return
    }
    if !reports.isEmpty { try output.line() }
    var lines = [reports.isEmpty ? "There is no server to wrap." : results.totals + "."]
    let changed = reports.filter { $0.count(.wrapped) > 0 }
    if !dryRun, !check, !changed.isEmpty {
      if config.isNew { lines.append("\(config.path) was made; everything is written to its audit database.") }
      var seen: Set<String> = []
      for client in changed.map(\.client) where seen.insert(client.id).inserted {
        lines.append("\(client.name): \(client.afterChange)")
        for note in client.notes where note.paths.contains(where: { OwnProgram.resolved($0) != nil }) {
          lines.append("\(client.name): \(note.text).")
        }
      }
      lines.append(Self.modeLine(config.path, folders))
      lines.append("Undo: oktsec unwrap \(all ? "--all" : clients.joined(separator: " "))")
    }
    for line in lines {
      for piece in TextWrap.lines(TerminalText.line(line), width: output.terminal.columns) { try output.line(piece) }
    }
  }

  private static func modeLine(_ path: String, _ folders: UserFolders) -> String {
    let mode = (try? Configuration.load(path: path, folders: folders))?.mode ?? .observe
    let how = mode == .observe ? " 'oktsec enforce on' changes that." : ""
    return "Mode \(mode.rawValue): \(ModeCommand.sentence(mode))\(how)"
  }
}
