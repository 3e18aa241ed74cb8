import ArgumentParser

/// `oktsec proxy`: one MCP server's standard input and output, with every frame inspected.
///
/// The parser knows it for the help only. `run(arguments:)` reads the command line itself.
struct ProxyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy",
    abstract: "Run one MCP server and inspect every frame in both directions.",
    usage: "oktsec proxy --agent <name> [options] [--] <command> ...",
    discussion: """
      Put it into a client's config in front of the server's own command. Standard input and output \
      carry the protocol, standard error and the exit status are the server's own.

      Examples:
        oktsec proxy --agent files -- uvx mcp-server-git --repository ~/notes
        oktsec proxy --agent files --mode enforce -- my-server
      """)

  @Option(help: ArgumentHelp("The server's name in the client's config; records carry it.", valueName: "name"))
  var agent: String

  @Option(help: ArgumentHelp("'enforce' stops what the config would only record.", valueName: "mode"))
  var mode: String?

  @OptionGroup var global: GlobalOptions

  @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The server's command.", valueName: "command"))
  var command: [String]

  /// - Parameter arguments: what stands behind `proxy`.
  /// - Returns: the exit status: the server's own.
  static func run(arguments: [String]) -> Int32 {
    ProxyRun.run(arguments, vector: CommandLine.unsafeArgv)
  }
}
