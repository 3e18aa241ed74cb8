import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The bundled MCP server: a small notebook that `oktsec demo` wraps, and the repository's own misbehaving server.
///
/// It speaks both generations of MCP, deciding per request: `initialize` (2024-11-05 to 2025-11-25), and the stateless
/// envelope of 2026-07-28. What it does wrong, it does on request only: by an option (`SessionFault`) or by the name
/// of the tool that is called (`CallFault`). Never run it outside tests and the demo.
///
/// One thread. Reads stdin, writes stdout, prints usage errors on stderr.
enum DemoServer {
  /// Serves until the client closes stdin, and returns the exit status: 0 (or what `--exit-code` says), 64 for wrong
  /// usage.
  ///
  /// - Parameter arguments: without the program and the subcommand.
  static func run(arguments: [String]) -> Int32 {
    let options: DemoOptions
    do throws(DemoUsageError) {
      options = try DemoOptions(arguments: arguments)
    } catch {
      DemoOutput.standardError.write(Array("oktsec: error: \(error.message)\n".utf8))
      return 64
    }
    if options.listsFaults {
      let names = SessionFault.allCases.map(\.rawValue) + CallFault.allCases.map(\.rawValue)
      DemoOutput.standardOutput.write(Array((names.joined(separator: "\n") + "\n").utf8))
      return 0
    }
    let session = DemoSession(options: options)
    DemoProcess.note("server", id: getpid(), in: options.processPath)
    session.applyFaultsAtStart()
    let status = DemoLoop(session: session, options: options).run()
    return status
  }
}
