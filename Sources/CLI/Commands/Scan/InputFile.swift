import JSONRPC

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file or standard input, read in blocks.
final class InputFile {
  /// For messages: the path as it was given, or `standard input`.
  let name: String
  private let descriptor: Int32
  private let isOurs: Bool
  private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  /// - Parameter path: `-` for standard input.
  init(path: String) throws(CommandFailure) {
    guard path != "-" else {
      (name, descriptor, isOurs) = ("standard input", STDIN_FILENO, false)
      if isatty(STDIN_FILENO) == 1 { Diagnostics.note("reading from the terminal; end with Ctrl-D") }
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
    (name, self.descriptor, isOurs) = (path, descriptor, true)
  }

  deinit {
    block.deallocate()
    if isOurs { close(descriptor) }
  }

  /// Waits for the next bytes, at most 64 KiB; empty at the end. They are lent until the next call.
  func nextBytes() throws(CommandFailure) -> UnsafeRawBufferPointer {
    while true {
      let count = read(descriptor, block.baseAddress, block.count)
      if count >= 0 { return UnsafeRawBufferPointer(rebasing: block[..<count]) }
      if errno == EAGAIN {
        _ = isReady(timeout: -1)
      } else if errno != EINTR {
        throw Self.failure(name)
      }
    }
  }

  /// Whether a read would return at once.
  func isReady(timeout milliseconds: Int32 = 0) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&wanted, 1, milliseconds) > 0
  }

  /// Everything, as valid UTF-8: what is not is replaced by U+FFFD, as the relay does.
  ///
  /// - Parameter limit: bytes; a longer input is refused.
  func wholeText(limit: Int) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try nextBytes()
      if more.isEmpty { break }
      guard bytes.count + more.count <= limit else {
        throw CommandFailure(
          "\(name): longer than \(limit >> 20) MiB", hint: "cut it into pieces, one per line of --jsonl",
          exitCode: ExitCode.badInput)
      }
      bytes.append(contentsOf: more)
    }
    return bytes.withUnsafeBytes { UTF8Repair.isValid($0) ? nil : UTF8Repair.repaired($0) } ?? bytes
  }

  private static func failure(_ name: String) -> CommandFailure {
    CommandFailure("\(name): \(String(cString: strerror(errno)))", exitCode: ExitCode.badInput)
  }
}
