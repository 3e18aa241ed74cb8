import CShims
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The waiting thread's work: passes signals on, follows the session to its end, and ends the processes.
struct Supervision {
  private let child: ChildProcess
  private let session: RelaySession
  private let timing: RelayTiming
  private let diagnostics: @Sendable (String) -> Void

  private var teardown = Teardown()
  private var terminated: Set<pid_t> = []
  private var isKilling = false
  private var inputIsFinished = false
  private var outputIsFinished = false
  private var clientHasHungUp = false
  private var clientHasEnded = false
  private var serverInputIsLost = false
  private var orphansAreEnding = false
  private var serverStall = Stall()
  private var clientStall = Stall()
  /// When we leave, whatever is left.
  private var lastMoment: MonotonicTime?

  init(
    child: ChildProcess, session: RelaySession, timing: RelayTiming, diagnostics: @escaping @Sendable (String) -> Void
  ) {
    self.child = child
    self.session = session
    self.timing = timing
    self.diagnostics = diagnostics
  }

  mutating func run() -> Int32 {
    if !session.start() {
      diagnostics("no threads")
      session.stopInput.raise()
      outputIsFinished = true
      teardown.begin([.init(after: 0, .kill)], at: .now)
    }
    while true {
      child.reap()
      let now = MonotonicTime.now
      // Nobody is left who could be asked anything, and the client's end of its input can no longer be seen.
      if serverInputIsLost, child.exitStatus != nil { endForClient(at: now) }
      for action in teardown.takeDue(at: now) { perform(action) }
      if isKilling { perform(.kill) }
      checkStalls(at: now)
      if isOver(at: now) { break }
      wait(from: now)
      let (events, signals) = session.events.take()
      for signal in signals { handle(signal: signal) }
      for event in events { handle(event) }
    }
    // Those that were killed last.
    child.reap()
    return child.exitStatus ?? 128 + SIGKILL
  }

  // MARK: Waiting

  /// Nothing tells of the end of a process that is not our child.
  private static let pollInterval: Milliseconds = 10

  private func wait(from now: MonotonicTime) {
    var deadlines = [teardown.next, serverStall.deadline, clientStall.deadline, lastMoment].compactMap { $0 }
    if outputIsFinished || isKilling || !session.events.takesProcessSignals {
      deadlines.append(now + .milliseconds(Supervision.pollInterval))
    }
    let timeout = deadlines.min()?.millisecondsFrom(now) ?? -1

    var entries = [pollfd(fd: session.events.descriptor.number, events: Int16(POLLIN), revents: 0)]
    if !clientHasHungUp, !inputIsFinished {
      entries.append(pollfd(fd: session.clientInput.number, events: shim_poll_peer_closed(), revents: 0))
    } else if serverInputIsLost, !clientHasEnded, !outputIsFinished {
      entries.append(pollfd(fd: session.clientSink.descriptor.number, events: 0, revents: 0))
    }
    guard poll(&entries, nfds_t(entries.count), timeout) > 0, entries.count > 1, entries[1].revents != 0 else { return }
    session.events.post(clientHasHungUp || inputIsFinished ? .clientOutputLost : .clientHungUp)
  }

  // MARK: What happens

  private mutating func handle(signal: Int32) {
    child.send(signal)
    if signal == SIGTERM { terminated.insert(child.identifier) }
    teardown.begin(timing.signalled, at: .now)
  }

  private mutating func handle(_ event: RelayEvent) {
    let now = MonotonicTime.now
    switch event {
    case .clientHungUp:
      guard !clientHasHungUp else { return }
      clientHasHungUp = true
      serverStall.begin(progress: session.serverSink.progress, at: now, limit: timing.serverStall)
    case .clientEnded:
      endForClient(at: now)
    case .clientOutputLost:
      stopInput()
      endForClient(at: now)
    case .serverInputLost:
      // The server may live on without input; the client is watched by its other stream from now on.
      serverInputIsLost = true
    case .sessionEnded(let reason):
      diagnostics("session ended: \(reason)")
      stopInput()
      teardown.begin(timing.sessionEnded, at: now)
    case .inputFinished:
      inputIsFinished = true
      if clientHasHungUp { endForClient(at: now) }
    case .outputFinished:
      outputIsFinished = true
      stopInput()
      teardown.begin(timing.serverEnded, at: now)
    }
  }

  private mutating func endForClient(at now: MonotonicTime) {
    serverStall.end()
    guard !clientHasEnded else { return }
    clientHasEnded = true
    teardown.begin(timing.clientEnded, at: now)
  }

  private func stopInput() {
    session.stopInput.raise()
    session.clientSink.wake()
  }

  private mutating func checkStalls(at now: MonotonicTime) {
    if serverStall.isOver(progress: session.serverSink.progress, at: now) { endForClient(at: now) }

    guard !outputIsFinished, child.exitStatus != nil || isKilling else { return }
    // The server is gone. What it wrote is still being fetched, or something that it started writes on, or nothing happens.
    clientStall.begin(progress: session.clientSink.progress, at: now, limit: timing.clientStall)
    if clientStall.isOver(progress: session.clientSink.progress, at: now) {
      if isKilling || child.descendants.isEmpty {
        diagnostics("the client does not read; the rest of the server's output is dropped")
        session.stopOutput.raise()
      } else {
        clientStall.begin(progress: session.clientSink.progress, at: now, limit: timing.clientStall)
      }
    }
  }

  // MARK: Ending processes

  private mutating func perform(_ action: Teardown.Action) {
    switch action {
    case .terminate:
      let targets = child.exitStatus == nil ? [child.identifier] : child.descendants
      for target in targets where terminated.insert(target).inserted { kill(target, SIGTERM) }
    case .kill:
      // Repeated until none is left: a process may start another while it is looked for.
      isKilling = true
      child.send(SIGKILL)
      for target in child.descendants { kill(target, SIGKILL) }
    }
  }

  /// Whether nothing is left to wait for, or it has been waited for long enough.
  private mutating func isOver(at now: MonotonicTime) -> Bool {
    guard outputIsFinished else { return false }
    if child.exitStatus != nil {
      if child.descendants.isEmpty {
        if inputIsFinished { return true }
      } else if !orphansAreEnding {
        orphansAreEnding = true
        teardown.begin(timing.orphaned, at: now)
        return false
      } else if !isKilling {
        return false
      }
    } else if !isKilling {
      return false
    }
    if let lastMoment { return lastMoment <= now }
    lastMoment = now + .milliseconds(timing.lastGrace)
    return false
  }
}

/// Notices that a number has not grown for a while.
private struct Stall {
  private(set) var deadline: MonotonicTime?
  private var progress: UInt64 = 0
  private var limit: Milliseconds = 0

  /// Nothing when it has begun already.
  mutating func begin(progress: UInt64, at now: MonotonicTime, limit: Milliseconds) {
    guard deadline == nil else { return }
    self.progress = progress
    self.limit = limit
    deadline = now + .milliseconds(limit)
  }

  mutating func end() { deadline = nil }

  /// True once, when the limit has passed without progress.
  mutating func isOver(progress: UInt64, at now: MonotonicTime) -> Bool {
    guard let deadline, deadline <= now else { return false }
    if progress == self.progress {
      self.deadline = nil
      return true
    }
    self.progress = progress
    self.deadline = now + .milliseconds(limit)
    return false
  }
}
