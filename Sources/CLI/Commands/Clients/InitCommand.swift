import ArgumentParser
import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `oktsec init`.
struct InitCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a first config, and a pair of keys for every server that is found.",
    discussion: """
      Nothing that exists is overwritten. The config is made in mode 'observe', which stops nothing.

      Examples:
        oktsec init
      """)

  @Option(help: ArgumentHelp("The folder for the keys.", valueName: "dir"), completion: .directory)
  var keys: String?

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let hasServers = try write(to: output)
    guard output.terminal.isInteractive else { return }
    try output.line()
    let option = global.config.map { " --config \($0)" } ?? ""
    try output.line(
      hasServers
        ? "Next: oktsec wrap --all --dry-run\(option)   then without --dry-run"
        : "No client has a server yet. Next, when one has: oktsec wrap --all\(option)")
  }

  /// Writes what is missing and says what there is.
  ///
  /// - Returns: whether there are servers.
  func write(to output: ResultOutput) throws -> Bool {
    let folders = UserFolders.current()
    let resolver = PathResolver(folder: folders.workingDirectory, home: folders.home)
    guard let path = global.config.flatMap({ resolver.absolute($0) }) ?? folders.standardConfig,
      let database = folders.database
    else { throw CommandFailure("there is no home folder", hint: "set HOME, or name a config with --config") }
    let state = try ClientState(folders)
    let servers = try named(Discovery(ClientSurroundings.current()), state)

    let folder = keys.flatMap { resolver.absolute($0) }
    let starter = StarterConfiguration(
      database: database, keys: folder ?? PathResolver.folder(of: path) + "/keys",
      agents: servers.map { ($0.agent, "\(TerminalText.line($0.server, width: 80)) of \($0.client)") })
    let isNew = try starter.write(to: path, folders: folders)
    let configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try Configuration.load(path: path, folders: folders)
    } catch {
      throw error.reported()
    }
    guard let keyFolder = folder ?? configuration.keysFolder else {
      throw CommandFailure("there is no folder for keys")
    }
    let made = try makeKeys(servers.map(\.agent), in: keyFolder)
    try tell(servers, path, isNew, configuration, keyFolder, made, to: output)
    return !servers.isEmpty
  }

  private struct Named {
    let server: String
    let client: String
    let agent: AgentName
  }

  /// Gives every server its label, for good.
  private func named(_ discovery: Discovery, _ state: ClientState) throws(CommandFailure) -> [Named] {
    let file = try JournalFile(state: state)
    var journal = file.journal
    var names = AgentNames(journal)
    var servers: [Named] = []
    for server in discovery.servers where server.hasName {
      let path = OwnProgram.resolved(server.file.path) ?? server.file.path
      guard let agent = names.name(of: server.entry, client: server.file.client.id, file: path) else { continue }
      servers.append(Named(server: server.entry.name, client: server.file.client.name, agent: agent))
      guard !journal.names.contains(where: { $0.file == path && $0.path == server.entry.identity }) else { continue }
      journal.names.append(NamedServer(file: path, path: server.entry.identity, agent: agent.description))
    }
    try file.save(journal)
    return servers
  }

  /// - Returns: the agents whose keys are new.
  private func makeKeys(_ agents: [AgentName], in path: String) throws(CommandFailure) -> Set<AgentName> {
    let folder = KeyFolder(path)
    let missing = agents.filter { !exists(folder.privatePath($0)) && !exists(folder.publicPath($0)) }
    guard !missing.isEmpty else { return [] }
    _ = try KeygenCommand.make(agents: missing.map(\.description), in: path, force: false)
    return Set(missing)
  }

  private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private func tell(
    _ servers: [Named], _ path: String, _ isNew: Bool, _ configuration: Configuration, _ keyFolder: String,
    _ made: Set<AgentName>, to output: ResultOutput
  ) throws(CommandFailure) {
    let facts = [
      ("config", "\(path) (\(isNew ? "new" : "left as it is"))"),
      ("mode", "\(configuration.mode.rawValue): \(ModeCommand.sentence(configuration.mode))"),
      ("database", configuration.database ?? "none"),
      ("keys", "\(keyFolder) (\(made.count) new, \(servers.count - made.count) kept)"),
    ]
    try FactLines.write(facts, to: output)
    if !servers.isEmpty {
      try output.line()
      var table = Table([
        .init(title: "AGENT"), .init(title: "SERVER", preferred: 24, minimum: 10), .init(title: "CLIENT", minimum: 10),
        .init(title: "KEYS"),
      ])
      for server in servers {
        table.add([
          .init(server.agent.description), .init(server.server), .init(server.client),
          .init(made.contains(server.agent) ? "new" : "kept", tint: made.contains(server.agent) ? .green : .dim),
        ])
      }
      try table.write(to: output)
    }
  }
}
