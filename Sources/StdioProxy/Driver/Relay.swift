/// Copies between a client's standard streams and a child process, through a judge for each direction.
///
/// Two threads do the copying, one a direction, with blocking writes as the back-pressure; the calling thread waits for signals
/// and for the end, and sees to it that the end comes: the child and its descendants do not outlive `run`, whatever they do.
/// The session ends when the server's output ends. What the client sees equals the direct connection.
package struct Relay {
  private let child: ChildProcess
  private let session: RelaySession
  private let timing: RelayTiming
  private let diagnostics: @Sendable (String) -> Void

  /// - Parameters:
  ///   - clientInput, clientOutput: usually 0 and 1. Taken over; both numbers become /dev/null.
  ///   - toServer, toClient: each is used by one thread, from the start of `run`. What they share is theirs to protect.
  ///   - takesSignals: handles SIGTERM, SIGINT, SIGHUP and SIGCHLD of this process and ignores SIGPIPE.
  ///   - diagnostics: called on the thread of `run`; one phrase each, without payload.
  /// - Returns: nil when the system has no descriptors left, or no /dev/null.
  package init?(
    clientInput: Int32, clientOutput: Int32, child: ChildProcess,
    toServer: any FrameJudge, toClient: any FrameJudge,
    timing: RelayTiming = RelayTiming(), takesSignals: Bool = true,
    diagnostics: @escaping @Sendable (String) -> Void
  ) {
    self.init(
      clientInput: clientInput, clientOutput: clientOutput, child: child, toServer: toServer, toClient: toClient,
      timing: timing, takesSignals: takesSignals, replyLimits: .init(), diagnostics: diagnostics)
  }

  init?(
    clientInput: Int32, clientOutput: Int32, child: ChildProcess,
    toServer: any FrameJudge, toClient: any FrameJudge,
    timing: RelayTiming, takesSignals: Bool, replyLimits: ReplyQueue.Limits,
    diagnostics: @escaping @Sendable (String) -> Void
  ) {
    guard Descriptor.placeholder >= 0, let events = RelayEvents(takesProcessSignals: takesSignals),
      let stopInput = StopFlag(), let stopOutput = StopFlag()
    else { return nil }
    self.child = child
    self.timing = timing
    self.diagnostics = diagnostics
    session = RelaySession(
      clientInput: Descriptor(movedFrom: clientInput), clientOutput: Descriptor(movedFrom: clientOutput),
      serverInput: child.input, serverOutput: child.output, stopInput: stopInput, stopOutput: stopOutput,
      events: events, replyLimits: replyLimits, toServer: toServer, toClient: toClient)
  }

  /// As if this process had got the signal; from any thread, while `run` runs.
  var signalDelivery: @Sendable (Int32) -> Void {
    let events = session.events
    return { events.deliver(signal: $0) }
  }

  /// Runs the session to its end. To be called once, on the thread that started the child. When it returns both judges are
  /// done, save one that has not come back from a call for `RelayTiming.lastGrace`. From then on signals are swallowed, so
  /// that the caller can store what is left to store, and should end soon.
  ///
  /// - Returns: the exit status of the child: its code, or 128 and the number of the signal that ended it.
  package func run() -> Int32 {
    var supervision = Supervision(child: child, session: session, timing: timing, diagnostics: diagnostics)
    return supervision.run()
  }
}
