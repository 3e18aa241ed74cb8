import CShims
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the threads tell the one that waits.
enum RelayEvent: Sendable, Equatable {
  /// The client has ended its input; what it wrote may still be on its way.
  case clientHungUp
  /// All of it has been delivered and the server's input is closed.
  case clientEnded
  /// The server has closed its input.
  case serverInputLost
  /// The client no longer reads.
  case clientOutputLost
  case sessionEnded(String)
  /// The thread that copies from client to server is done.
  case inputFinished
  /// The server's output has ended, has been delivered and the client's stream is closed.
  case outputFinished
}

/// Events and signals for the thread that waits for them in poll(2).
// @unchecked: the mutable state is touched under the lock only.
final class RelayEvents: @unchecked Sendable {
  /// Readable when there is something to take.
  let descriptor: Descriptor
  private let writer: Descriptor
  private let lock = Lock()
  private var events: [RelayEvent] = []
  private var signals: [Int32] = []
  /// Whether the end of a child wakes the waiting thread.
  let takesProcessSignals: Bool

  /// Nil when the system has no descriptors left.
  ///
  /// - Parameter takesProcessSignals: installs this process's handlers. Once in a process.
  init?(takesProcessSignals: Bool) {
    guard let (reader, writer) = makePipe() else { return nil }
    descriptor = reader
    self.writer = writer
    self.takesProcessSignals = takesProcessSignals
    if takesProcessSignals, shim_signals_install(writer.number) != 0 { return nil }
  }

  deinit {
    // A signal that comes later must not be written to whatever file gets the number next.
    if takesProcessSignals { shim_signals_forget() }
  }

  func post(_ event: RelayEvent) {
    lock.withLock { events.append(event) }
    wake()
  }

  /// As if this process had got the signal.
  func deliver(signal: Int32) {
    lock.withLock { signals.append(signal) }
    wake()
  }

  func take() -> (events: [RelayEvent], signals: [Int32]) {
    // Emptied first: what comes after this wakes again.
    var buffer = [UInt8](repeating: 0, count: 256)
    while read(descriptor.number, &buffer, buffer.count) > 0 {}
    var taken: (events: [RelayEvent], signals: [Int32]) = ([], [])
    lock.withLock {
      taken = (events, signals)
      (events, signals) = ([], [])
    }
    if takesProcessSignals {
      let bits = shim_signals_take()
      taken.signals += [SIGHUP, SIGINT, SIGTERM].filter { bits & (1 << UInt32($0)) != 0 }
    }
    return taken
  }

  private func wake() {
    // A full pipe is as good as a byte in it.
    _ = write(writer.number, "!", 1)
  }
}
