/// When a relay loses its patience. The defaults finish within the four seconds that MCP clients grant a server after they
/// close its input (two to SIGTERM, two more to SIGKILL), and give a server longer than it needs: Python ones take up to
/// 1.8 s to leave.
package struct RelayTiming: Sendable {
  /// The client has ended its input, and the server's input is closed.
  package var clientEnded: [Teardown.Step] = [.init(after: 1500, .terminate), .init(after: 3000, .kill)]
  /// A signal has told us to end, and has been passed on.
  package var signalled: [Teardown.Step] = [.init(after: 1500, .kill)]
  /// A judge has ended the session.
  package var sessionEnded: [Teardown.Step] = [.init(after: 0, .terminate), .init(after: 1500, .kill)]
  /// The server has closed its output, and is expected to leave.
  package var serverEnded: [Teardown.Step] = [.init(after: 2000, .terminate), .init(after: 3000, .kill)]
  /// The server has left; processes that it started have not.
  package var orphaned: [Teardown.Step] = [.init(after: 0, .terminate), .init(after: 1000, .kill)]

  /// The client is gone, but what it wrote has not all reached the server: how long the server may take none of it before that
  /// counts as the client's end.
  package var serverStall: Milliseconds = 1500
  /// No process is left, but the client has not fetched all that they wrote: how long it may take none of it.
  package var clientStall: Milliseconds = 5000
  /// After SIGKILL, or when only our own threads are left: how long until we leave without them.
  package var lastGrace: Milliseconds = 1000

  package init() {}
}

package typealias Milliseconds = Int
