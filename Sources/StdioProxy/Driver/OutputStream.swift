import CShims

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes to a pipe, a socket or a file in a way that can always be broken off: no call blocks but `waitUntilWritable`,
/// which also ends when the stop flag is raised. Used by one thread at a time.
final class OutputStream: Sendable {
  enum Progress: Equatable {
    case wrote(Int)
    case wouldBlock
    case failed(Int32)
  }

  private enum Kind {
    /// The description is ours alone and non-blocking.
    case nonBlocking
    case socket
    /// Somebody else has the same description open, so its flags are not ours to change. A pipe that poll(2) calls
    /// writable takes PIPE_BUF bytes without blocking.
    case shared
  }

  private static let atomicBytes = 4096

  let descriptor: Descriptor
  private let stop: StopFlag
  private let kind: Kind

  /// Our end of our own pipe.
  init(pipe descriptor: Descriptor, stop: StopFlag) {
    descriptor.makeNonBlocking()
    self.descriptor = descriptor
    self.stop = stop
    kind = .nonBlocking
  }

  /// A descriptor that we inherited.
  ///
  /// - Parameter reopens: false stands for a system without /proc.
  init(inherited descriptor: Descriptor, stop: StopFlag, reopens: Bool = true) {
    self.stop = stop
    var status = stat()
    let isKnown = fstat(descriptor.number, &status) == 0
    if isKnown, status.st_mode & S_IFMT == S_IFSOCK {
      self.descriptor = descriptor
      kind = .socket
    } else if isKnown, status.st_mode & S_IFMT == S_IFIFO, reopens, let own = OutputStream.reopen(descriptor) {
      descriptor.retire()
      self.descriptor = own
      kind = .nonBlocking
    } else {
      self.descriptor = descriptor
      kind = .shared
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
    while true {
      let count: Int
      switch kind {
      case .nonBlocking:
        count = systemWrite(descriptor.number, bytes.baseAddress, bytes.count)
      case .socket:
        count = send(descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
      case .shared:
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) != 0 else { return .wouldBlock }
        count = systemWrite(descriptor.number, bytes.baseAddress, min(bytes.count, OutputStream.atomicBytes))
      }
      if count >= 0 { return .wrote(count) }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      default: return .failed(errno)
      }
    }
  }

  /// False when the stop flag is raised.
  func waitUntilWritable() -> Bool {
    var entries = [
      pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: stop.descriptor.number, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let count = poll(&entries, 2, -1)
      if count > 0 { return entries[1].revents == 0 }
      if count < 0, errno != EINTR { return false }
    }
  }

  /// The same pipe by a description of our own. Nil where there is no /proc.
  private static func reopen(_ descriptor: Descriptor) -> Descriptor? {
    #if os(Linux)
    let own = open("/proc/self/fd/\(descriptor.number)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    return own < 0 ? nil : Descriptor(owning: own)
    #else
    return nil
    #endif
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
