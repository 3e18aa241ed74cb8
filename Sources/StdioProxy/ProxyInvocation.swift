import Guard

/// The command line of `oktsec proxy`: read by the program and written by whoever puts it into a client's config, so that
/// the two cannot disagree.
package struct ProxyInvocation: Sendable, Equatable {
  /// The wrapped server's label.
  package var agent: AgentName
  /// What the command line asks for; it may only tighten what the config says.
  package var mode: Mode?
  package var config: String?
  /// The server's program, looked up in PATH as execvp does.
  package var command: String
  package var arguments: [String]

  package init(
    agent: AgentName, mode: Mode? = nil, config: String? = nil, command: String, arguments: [String] = []
  ) {
    self.agent = agent
    self.mode = mode
    self.config = config
    self.command = command
    self.arguments = arguments
  }

  /// Reads the arguments after `oktsec proxy`. Options end at `--` or at the first word that is none.
  package init(parsing words: [String]) throws(UsageError) {
    var agent: AgentName?
    var mode: Mode?
    var config: String?
    var rest = words[...]
    while let word = rest.first, word.hasPrefix("-") {
      rest.removeFirst()
      if word == "--" { break }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = String(parts[0])
      guard Self.options.contains(option) else { throw UsageError("unknown option \(option)") }
      let value: String
      if parts.count == 2 {
        value = String(parts[1])
      } else if let next = rest.popFirst() {
        value = next
      } else {
        throw UsageError("\(option) needs a value")
      }
      switch option {
      case "--agent":
        guard let name = AgentName(value) else { throw UsageError("--agent needs a name of \(AgentName.rule)") }
        agent = name
      case "--mode":
        guard let wanted = Mode(rawValue: value) else { throw UsageError("--mode is observe or enforce") }
        mode = wanted
      default: config = value
      }
    }
    guard let agent else { throw UsageError("--agent NAME is missing") }
    guard let command = rest.popFirst(), !command.isEmpty else { throw UsageError("the server's command is missing") }
    self.init(agent: agent, mode: mode, config: config, command: command, arguments: Array(rest))
  }

  /// The words after `oktsec` that read back as this invocation.
  package var words: [String] {
    var words = ["proxy", "--agent", agent.description]
    if let mode { words += ["--mode", mode.rawValue] }
    if let config { words += ["--config", config] }
    return words + ["--", command] + arguments
  }

  private static let options = ["--agent", "--mode", "--config"]

  package struct UsageError: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }
}
