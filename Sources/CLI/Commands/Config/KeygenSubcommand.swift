import ArgumentParser

/// `oktsec keygen`.
struct KeygenSubcommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Make a pair of signing keys for each agent.",
    discussion: """
      Examples:
        oktsec keygen --agent researcher --agent writer --out keys
      """)

  @Option(help: ArgumentHelp("An agent's name; may be given several times.", valueName: "name"))
  var agent: [String]

  @Option(help: ArgumentHelp("The folder for the keys.", valueName: "dir"), completion: .directory)
  var out: String

  @Flag(help: "Replace keys that exist.")
  var force = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    try KeygenCommand.run(agents: agent, directory: out, force: force, to: output)
  }
}
