import ArgumentParser
import Guard

/// `oktsec mcp`: the tools for agents, on standard input and output.
struct MCPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Serve oktsec's own MCP tools: scan, audit, policy, review.",
    discussion: """
      Put it into a client's config as a server of its own. It reads --config or the user's config, nothing in the \
      working directory. With --agent an agent that mcp.reviewers names may decide reviews that do not concern it; \
      anyone else needs a person's yes in the client.

      Examples:
        oktsec mcp --config ~/.config/oktsec/oktsec.yaml
      """)

  @Option(help: ArgumentHelp("The agent that this server runs for.", valueName: "name"))
  var agent: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let agent, AgentName(agent) == nil { throw ValidationError("--agent is \(AgentName.rule)") }
  }

  func run() throws {
    try MCPRun.run(config: global.config, agent: agent.flatMap { AgentName($0) })
  }

  /// The same without the parser, for the command lines that clients start: they wait for the first answer.
  ///
  /// - Parameter arguments: what stands behind `mcp`.
  /// - Returns: the exit status; nil when the parser has to look at it (help, wrong usage).
  static func run(arguments: [String]) -> Int32? {
    guard let plain = PlainArguments(arguments) else { return nil }
    do throws(CommandFailure) {
      try MCPRun.run(config: plain.config, agent: plain.agent)
      return ExitCode.success
    } catch {
      Diagnostics.report(error)
      return error.exitCode
    }
  }
}

extension MCPCommand {
  /// `--agent NAME` and `--config FILE`, each at most once, or with `=`.
  struct PlainArguments: Equatable {
    private(set) var agent: AgentName?
    private(set) var config: String?

    /// Nil for everything else.
    init?(_ arguments: [String]) {
      var words = arguments[...]
      while let word = words.popFirst() {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let value = parts.count == 2 ? String(parts[1]) : words.popFirst(),
          !value.isEmpty, !value.hasPrefix("-")
        else { return nil }
        switch name {
        case "--agent" where agent == nil:
          guard let named = AgentName(value) else { return nil }
          agent = named
        case "--config" where config == nil: config = value
        default: return nil
        }
      }
    }
  }
}
