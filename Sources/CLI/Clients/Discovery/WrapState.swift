import StdioProxy

/// What stands in front of a server.
enum WrapState: Sendable, Equatable {
  /// Nothing of ours.
  case plain
  /// Our relay, as our journal says.
  case wrapped(ProxyInvocation)
  /// Something that looks like our relay and is not in our journal, or not as it is there: why.
  case suspicious(ProxyInvocation, reason: String)
  /// Our own MCP server.
  case own
  /// There is no process to put anything in front of.
  case notAProcess

  /// What an entry says, without a look at the journal.
  ///
  /// - Returns: the relay's command line and our program as the entry names it; nil when the entry is no such thing.
  static func invocation(in process: ProcessLaunch) -> (program: String, invocation: ProxyInvocation)? {
    guard isOurs(process.command), process.arguments.first == "proxy",
      let invocation = try? ProxyInvocation(parsing: Array(process.arguments.dropFirst()))
    else { return nil }
    return (process.command, invocation)
  }

  static func isOwnServer(_ process: ProcessLaunch) -> Bool {
    isOurs(process.command) && process.arguments.first == "mcp"
  }

  private static func isOurs(_ command: String) -> Bool { LaunchAnalysis.programName(command) == "oktsec" }
}
