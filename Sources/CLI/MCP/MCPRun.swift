import Audit
import Guard
import MCPServer

/// One run of `oktsec mcp`, from the config to the end of input.
enum MCPRun {
  /// Returns when the client is gone; that is the usual end.
  static func run(config: String?, agent: AgentName?) throws(CommandFailure) {
    // First, so that nothing else can write to the client.
    guard let stream = MCPStream() else { throw CommandFailure("no file descriptors left") }
    let configuration = try configuration(config)
    let system = try MCPSystem.make(configuration, agent: agent)
    var limits = SessionLimits()
    limits.depth = configuration.limits.maxDepth
    limits.frameBytes = configuration.limits.maxFrameBytes
    let session = Session(
      catalog: GuardCatalog.make(system, version: Version.number), limits: limits, seal: StateSeal(),
      clock: { Timestamp.now })
    if Terminal(descriptor: stream.input).isInteractive {
      Diagnostics.note("this speaks MCP with a client on standard input; add 'oktsec mcp' to your client's config")
    }
    MCPLoop(session: session, stream: stream, frameLimit: limits.frameBytes).run()
  }

  private static func configuration(_ explicit: String?) throws(CommandFailure) -> Configuration {
    do throws(ConfigurationProblems) {
      return try ConfigurationLookup.forProxy(explicit: explicit)
    } catch {
      throw error.reported()
    }
  }
}
