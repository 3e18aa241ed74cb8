import CShims
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells threads that wait in poll(2) to stop. Once raised it stays.
// @unchecked: `raised` is only touched under the lock; the rest does not change.
final class StopFlag: @unchecked Sendable {
  /// Readable from the moment that the flag is raised.
  let descriptor: Descriptor
  private let writer: Descriptor
  private let lock = Lock()
  private var raised = false

  /// Nil when the system has no descriptors left.
  init?() {
    guard let (reader, writer) = makePipe() else { return nil }
    self.descriptor = reader
    self.writer = writer
  }

  var isRaised: Bool { lock.withLock { raised } }

  func raise() {
    lock.withLock {
      guard !raised else { return }
      raised = true
      // Never read, so all pollers see it, for good.
      _ = write(writer.number, "!", 1)
    }
  }
}

/// A close-on-exec, non-blocking pipe.
func makePipe() -> (reader: Descriptor, writer: Descriptor)? {
  var ends: [Int32] = [-1, -1]
  guard shim_pipe(&ends) == 0 else { return nil }
  let (reader, writer) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  reader.makeNonBlocking()
  writer.makeNonBlocking()
  return (reader, writer)
}
