/// The program `oktsec`, but for its entry. `proxy` and `version` are taken before the argument parser is set up: a client
/// starts `proxy` once per server and waits for it.
package enum Program {
  /// - Parameter arguments: without the program's name.
  /// - Returns: the exit status. `serve` returns only when it could not be started.
  package static func run(_ arguments: [String]) -> Int32 {
    switch arguments.first {
    // What follows may be the wrapped command's own `--help`; only right behind `proxy` is it ours.
    case "proxy" where arguments.dropFirst().first.map { !["--help", "-h"].contains($0) } ?? true:
      return ProxyCommand.run(arguments: Array(arguments.dropFirst()))
    case "demo-server":
      return DemoServer.run(arguments: Array(arguments.dropFirst()))
    case "mcp":
      return MCPCommand.run(arguments: Array(arguments.dropFirst())) ?? CommandDispatch.run(arguments)
    case "version" where arguments.count == 1:
      return VersionCommand.print()
    default:
      return CommandDispatch.run(arguments)
    }
  }
}
