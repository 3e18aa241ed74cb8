import ArgumentParser
import Audit

/// `oktsec keys`.
struct KeysSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "List the agents' signing keys, replace them, or take them out of use.",
    discussion: """
      Examples:
        oktsec keys list
        oktsec keys rotate --agent researcher
      """,
    subcommands: [List.self, Rotate.self, Revoke.self], defaultSubcommand: List.self)

  struct List: ResultCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys.")

    @Flag(help: "Print one JSON document.")
    var json = false

    @OptionGroup var global: GlobalOptions

    func run(to output: ResultOutput) throws {
      try KeysSubcommand.keys(global).list(asJSON: json, to: output)
    }
  }

  struct Rotate: ResultCommand {
    static let configuration = CommandConfiguration(abstract: "Make a new key; the old one never verifies again.")

    @Option(help: ArgumentHelp("The agent's name.", valueName: "name"))
    var agent: String

    @OptionGroup var global: GlobalOptions

    func run(to output: ResultOutput) throws {
      try KeysSubcommand.keys(global).rotate(agent: agent, to: output)
    }
  }

  struct Revoke: ResultCommand {
    static let configuration = CommandConfiguration(abstract: "Take a key out of use without a new one.")

    @Option(help: ArgumentHelp("The agent's name.", valueName: "name"))
    var agent: String

    @OptionGroup var global: GlobalOptions

    func run(to output: ResultOutput) throws {
      try KeysSubcommand.keys(global).revoke(agent: agent, to: output)
    }
  }

  private static func keys(_ global: GlobalOptions) throws(CommandFailure) -> KeysCommand {
    let configuration = try global.configuration()
    guard let folder = configuration.keysFolder else {
      throw CommandFailure("there is no folder of keys", hint: "set identity.keys_dir in the config")
    }
    let revocations = RevocationStore(path: try StatePaths.databasePath(of: configuration))
    return KeysCommand(folder: KeyFolder(folder), revocations: revocations)
  }
}
