import ArgumentParser

/// `oktsec` and its commands.
struct RootCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "oktsec",
    abstract: "Inspects and records what MCP clients and servers say to each other.",
    usage: "oktsec <command> [options]",
    discussion: """
      Results go to standard output, everything else to standard error. Exit status: 0 done, 1 failed, 64 wrong usage, 65 a \
      config or an input that cannot be used; 'scan', 'status', 'proxy' and 'logs verify' say more about theirs.
      """,
    version: Version.line,
    subcommands: [
      DemoCommand.self, SetupCommand.self, UninstallCommand.self,
      DiscoverCommand.self, InitCommand.self, WrapCommand.self, UnwrapCommand.self, DoctorCommand.self,
      StatusCommand.self, EnforceSubcommand.self, LogsCommand.self, QuarantineCommand.self, AllowCommand.self,
      ScanCommand.self, RulesCommand.self, VerifySubcommand.self, KeygenSubcommand.self, KeysSubcommand.self,
      ProxyCommand.self, MCPCommand.self, ServeCommand.self, VersionCommand.self,
      DemoServerCommand.self,
    ])

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let style = output.terminal.style
    try output.line("\(style.apply(.bold, to: Version.line)): \(Self.purpose)")
    try output.line()
    let width = Self.examples.map(\.command.utf8.count).max() ?? 0
    for (command, meaning) in Self.examples {
      let padding = String(repeating: " ", count: width - command.utf8.count + 2)
      try output.line("  \(style.apply(.cyan, to: command))\(padding)\(meaning)")
    }
    try output.line()
    try output.line("'oktsec help' lists all commands, 'oktsec help COMMAND' explains one.")
  }

  private static let purpose = "a guard between MCP clients and their servers"

  private static let examples: [(command: String, meaning: String)] = [
    ("oktsec demo", "watch an attacked session"),
    ("oktsec setup", "set everything up, step by step"),
    ("oktsec discover", "find the MCP servers on this machine"),
    ("oktsec wrap --all", "put oktsec in front of them"),
    ("oktsec proxy --agent NAME -- CMD ...", "run an MCP server with oktsec in front"),
    ("oktsec logs", "what passed, and what was stopped"),
    ("oktsec logs show ID", "one record, with what was found"),
    ("oktsec quarantine", "what waits for your decision"),
    ("oktsec serve", "the dashboard, and the HTTP API"),
    ("oktsec scan FILE", "inspect a text"),
    ("oktsec rules", "what is looked for"),
  ]
}
