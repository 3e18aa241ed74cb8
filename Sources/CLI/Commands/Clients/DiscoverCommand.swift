import ArgumentParser
import JSONRPC

/// `oktsec discover`.
struct DiscoverCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Find the MCP servers that clients on this machine would start.",
    discussion: """
      Reads the settings files of every known client and changes nothing. Secrets on command lines and in \
      URLs are hidden; of the environment only names are shown.

      Examples:
        oktsec discover
        oktsec discover --project .
      """)

  @Option(
    help: ArgumentHelp("Also look into this project's folder.", valueName: "dir"), completion: .directory)
  var project: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let folders = UserFolders.current()
    let project = try ClientSelection.project(project, folders: folders)
    let discovery = Discovery(ClientSurroundings.current(project: project))
    let journal = try JournalFile.read(try ClientState(folders))
    let finder = SecretFinder(ownRules())
    let report = DiscoveryReport(discovery, journal: journal, mask: ArgumentMask { finder.isSecret($0) })
    if json { return try output.json(report.json.text) }
    try report.write(to: output)
    guard discovery.files.isEmpty else { return }
    Diagnostics.note("no settings file of a known client was found")
  }

  /// Nil when there are none: a config that cannot be used keeps nobody from seeing what is there.
  private func ownRules() -> LoadedRules? {
    let configuration: Configuration
    do throws(ConfigurationProblems) {
      configuration = try ConfigurationLookup.forCommand(explicit: global.config)
    } catch {
      let problem = error.problems.first?.description ?? "the config cannot be used"
      Diagnostics.warning("\(problem); rules of your own are not asked for secrets")
      return nil
    }
    let loaded = try? LoadedRules(configuration)
    loaded?.reportProblems()
    return loaded
  }
}
