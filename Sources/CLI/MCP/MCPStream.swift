#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard input and output, reserved for the protocol.
///
/// The streams get numbers of ours; 1 then leads to standard error, so that a stray print cannot break a frame.
final class MCPStream {
  let input: Int32
  private let output: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  /// Nil without descriptors to spare.
  init?() {
    signal(SIGPIPE, SIG_IGN)
    // The end of a session like any other: nothing is half done between two frames, and files are changed in transactions.
    signal(SIGTERM) { _ in _exit(0) }
    signal(SIGHUP) { _ in _exit(0) }
    input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard input >= 0, output >= 0 else { return nil }
    dup2(STDERR_FILENO, STDOUT_FILENO)
  }

  deinit { buffer.deallocate() }

  /// Waits for bytes. Empty: the client has closed its side, or is gone.
  func read() -> UnsafeRawBufferPointer {
    while true {
      let count = Self.read(input, buffer.baseAddress, buffer.count)
      if count >= 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
      if errno == EINTR { continue }
      guard errno == EAGAIN else { return UnsafeRawBufferPointer(rebasing: buffer[..<0]) }
      wait(for: Int16(POLLIN), on: input)
    }
  }

  /// Writes everything, however slowly it is read.
  ///
  /// - Returns: false when nobody reads any more.
  func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let count = Self.write(output, rest.baseAddress, rest.count)
        if count >= 0 {
          start += count
        } else if errno == EAGAIN {
          wait(for: Int16(POLLOUT), on: output)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }

  private func wait(for event: Int16, on descriptor: Int32) {
    var entry = pollfd(fd: descriptor, events: event, revents: 0)
    _ = poll(&entry, 1, -1)
  }

  private static func read(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
    Glibc.read(descriptor, bytes, count)
    #else
    Darwin.read(descriptor, bytes, count)
    #endif
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
    Glibc.write(descriptor, bytes, count)
    #else
    Darwin.write(descriptor, bytes, count)
    #endif
  }
}
