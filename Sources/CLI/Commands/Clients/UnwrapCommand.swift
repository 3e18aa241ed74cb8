import ArgumentParser

/// `oktsec unwrap`.
struct UnwrapCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "unwrap",
    abstract: "Take oktsec out of a client's settings again.",
    usage: """
      oktsec unwrap <client> ... [options]
      oktsec unwrap --all [options]
      """,
    discussion: """
      Reverses what 'oktsec wrap' did and nothing else: files that were not touched since come back byte for byte, and later \
      changes stay. --all includes files of projects.

      Examples:
        oktsec unwrap cursor
        oktsec unwrap --all --dry-run
      """)

  @Argument(help: ArgumentHelp("Names of clients.", valueName: "client"))
  var clients: [String] = []

  @Flag(help: "Everything that was ever wrapped.")
  var all = false

  @Option(help: ArgumentHelp("This server only.", valueName: "name"))
  var server: String?

  @Option(help: ArgumentHelp("Only files in this folder.", valueName: "dir"), completion: .directory)
  var project: String?

  @Flag(help: "Show the changes as a diff and make none.")
  var dryRun = false

  @Flag(help: "Also entries that look wrapped and were not wrapped here, such as in settings copied from elsewhere.")
  var withoutJournal = false

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let selected = try ClientSelection.clients(clients, all: all, command: "unwrap")
    let project = try ClientSelection.project(project, folders: folders)
    let surroundings = ClientSurroundings.current(project: project)
    var reports: [WrapReport] = []
    try ensureKnown(all ? [] : selected, surroundings, try ClientState(folders))
    for client in all ? [nil] : selected.map(Optional.init) {
      reports += try UnwrapRun(
        surroundings: surroundings, client: client, server: server, project: project, isDryRun: dryRun,
        ignoresJournal: withoutJournal, state: try ClientState(folders)
      ).run()
    }
    if let server, !reports.contains(where: { $0.lines.contains { $0.server == server } || $0.problem != nil }) {
      throw CommandFailure("no server \(FormReader.shown(server)) of these clients is wrapped")
    }
    try write(reports, to: output)
    if reports.contains(where: { $0.problem != nil || $0.count(.suspicious) > 0 }) {
      throw ExitStatus(code: ExitCode.failure)
    }
  }

  /// A client without settings and without wraps has nothing to take back, and was probably not meant.
  private func ensureKnown(
    _ clients: [Client], _ surroundings: ClientSurroundings, _ state: ClientState
  ) throws(CommandFailure) {
    let journal = try JournalFile.read(state)
    for client in clients where !journal.records.contains(where: { $0.client == client.id }) {
      guard Discovery(surroundings, clients: [client]).files.isEmpty else { continue }
      throw CommandFailure("\(client.name) is not set up here, and nothing of it is wrapped")
    }
  }

  private func write(_ reports: [WrapReport], to output: ResultOutput) throws(CommandFailure) {
    let results = WrapReportOutput(reports: reports, isDryRun: dryRun)
    if json { return try output.json(results.json.text) }
    try results.write(to: output)
    guard output.terminal.isInteractive else {
      if reports.isEmpty { Diagnostics.note("nothing is wrapped") }
      return
    }
    if !reports.isEmpty { try output.line() }
    try output.line(reports.isEmpty ? "Nothing is wrapped." : results.totals + ".")
    guard !dryRun else { return }
    var seen: Set<String> = []
    for report in reports where report.count(.unwrapped) > 0 && seen.insert(report.client.id).inserted {
      try output.line("\(report.client.name): \(report.client.afterChange)")
    }
  }
}
