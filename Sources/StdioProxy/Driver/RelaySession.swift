import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The two threads of a relay and what they share.
// @unchecked: each judge is touched by one thread only, the one that runs its copy function, to which pthread_create hands it
// over; `isEnded` is touched under its lock; the rest does not change and is Sendable.
final class RelaySession: @unchecked Sendable {
  let clientInput: Descriptor
  let serverOutput: Descriptor
  let clientSink: FrameSink
  let serverSink: FrameSink
  let events: RelayEvents
  /// Ends all that waits on the way from client to server, and on the way back.
  let stopInput: StopFlag
  let stopOutput: StopFlag
  private let toServer: any FrameJudge
  private let toClient: any FrameJudge
  private let lock = Lock()
  private var isEnded = false

  init(
    clientInput: Descriptor, clientOutput: Descriptor, serverInput: Descriptor, serverOutput: Descriptor,
    stopInput: StopFlag, stopOutput: StopFlag, events: RelayEvents, replyLimits: ReplyQueue.Limits,
    toServer: any FrameJudge, toClient: any FrameJudge
  ) {
    self.clientInput = clientInput
    self.serverOutput = serverOutput
    serverOutput.makeNonBlocking()
    self.events = events
    self.stopInput = stopInput
    self.stopOutput = stopOutput
    self.toServer = toServer
    self.toClient = toClient
    clientSink = FrameSink(
      stream: OutputStream(inherited: clientOutput, stop: stopOutput), limits: replyLimits,
      peerLost: { events.post(.clientOutputLost) })
    // The thread that reads the client notices by itself.
    serverSink = FrameSink(
      stream: OutputStream(pipe: serverInput, stop: stopInput), limits: replyLimits, peerLost: {})
  }

  /// False when the system has no threads to give.
  func start() -> Bool {
    guard BackgroundThread.start({ self.copyToServer() }) else {
      events.post(.inputFinished)
      return false
    }
    return BackgroundThread.start { self.copyToClient() }
  }

  private func end(_ reason: String) {
    lock.withLock { isEnded = true }
    events.post(.sessionEnded(reason))
  }

  // MARK: Client to server

  private func copyToServer() {
    copyClientInput()
    serverSink.close(draining: false)
    // The last chance to see it, where the server's input ended first.
    if clientInput.hasHungUp { events.post(.clientHungUp) }
    // A client that writes on is told by EPIPE, as by a server that has gone.
    clientInput.retire()
    events.post(.inputFinished)
  }

  private func copyClientInput() {
    let buffer = ReadBuffer()
    var delivery = Delivery(to: serverSink, repliesTo: clientSink, patience: stopInput)
    var outputs: [RelayOutput] = []
    // The server's end of its input is watched for its closing, so that the client is told by its next write already.
    var entries = [
      pollfd(fd: clientInput.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: serverSink.descriptor.number, events: 0, revents: 0),
      pollfd(fd: stopInput.descriptor.number, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      if poll(&entries, 3, -1) < 0 {
        guard errno == EINTR else { return events.post(.serverInputLost) }
        continue
      }
      if entries[2].revents != 0 { return }
      if entries[1].revents != 0 { return events.post(.serverInputLost) }

      var isLast = false
      switch buffer.read(from: clientInput) {
      case .nothing: continue
      case .bytes(let bytes): toServer.receive(bytes, into: &outputs)
      case .end:
        isLast = true
        events.post(.clientHungUp)
        toServer.finish(into: &outputs)
      }
      switch delivery.deliver(&outputs) {
      case .delivered: break
      case .sessionEnded(let reason): return end(reason)
      case .destinationClosed: return stopInput.isRaised ? () : events.post(.serverInputLost)
      }
      if isLast {
        serverSink.close(draining: true)
        return events.post(.clientEnded)
      }
    }
  }

  // MARK: Server to client

  private func copyToClient() {
    let isDelivering = copyServerOutput()
    clientSink.close(draining: isDelivering)
    events.post(.outputFinished)
  }

  /// To the end of the server's output, also when nobody wants it any more: a server that still writes must not get stuck.
  /// - Returns: whether the client was still there at the end.
  private func copyServerOutput() -> Bool {
    let buffer = ReadBuffer()
    var delivery = Delivery(to: clientSink, repliesTo: serverSink, patience: nil)
    var outputs: [RelayOutput] = []
    var isDelivering = true
    var entries = [
      pollfd(fd: serverOutput.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stopOutput.descriptor.number, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      if poll(&entries, 2, -1) < 0 {
        guard errno == EINTR else { return isDelivering }
        continue
      }
      if entries[1].revents != 0 { return false }

      let read = buffer.read(from: serverOutput)
      if isDelivering, lock.withLock({ isEnded }) {
        isDelivering = false
        clientSink.close(draining: true)
      }
      var isLast = false
      switch read {
      case .nothing: continue
      case .bytes(let bytes): if isDelivering { toClient.receive(bytes, into: &outputs) }
      case .end:
        isLast = true
        if isDelivering { toClient.finish(into: &outputs) }
      }
      switch delivery.deliver(&outputs) {
      case .delivered: break
      case .destinationClosed: isDelivering = false
      case .sessionEnded(let reason):
        isDelivering = false
        end(reason)
        clientSink.close(draining: true)
      }
      if isLast { return isDelivering }
    }
  }
}
