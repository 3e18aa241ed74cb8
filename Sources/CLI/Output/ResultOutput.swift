#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a command writes its results: standard output, or memory.
package final class ResultOutput {
  let terminal: Terminal

  /// What has been written, when it is kept in memory; otherwise what is not flushed yet.
  private(set) var bytes: [UInt8] = []

  private let descriptor: Int32?

  /// Standard output.
  package static func standard() -> ResultOutput {
    ResultOutput(descriptor: STDOUT_FILENO, terminal: Terminal(descriptor: STDOUT_FILENO))
  }

  init(descriptor: Int32, terminal: Terminal) {
    self.descriptor = descriptor
    self.terminal = terminal
  }

  /// Keeps everything in memory.
  init(memoryFor terminal: Terminal = .none) {
    descriptor = nil
    self.terminal = terminal
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds a line. The text is safe for a terminal, or the output is meant for programs.
  package func line(_ text: String = "") throws(CommandFailure) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\n"))
    try flushIfLarge()
  }

  /// Adds a line of JSON. On a terminal its strings are made safe without changing their meaning.
  func json(_ text: String) throws(CommandFailure) {
    try line(terminal.isInteractive ? TerminalText.json(text) : text)
  }

  func write(_ more: [UInt8]) throws(CommandFailure) {
    bytes.append(contentsOf: more)
    try flushIfLarge()
  }

  /// Hands everything to the system. Whoever made the output flushes it when the command is done.
  package func flush() throws(CommandFailure) {
    guard let descriptor else { return }
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Self.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[start...]))
      }
      if written >= 0 {
        start += written
        continue
      }
      if errno == EINTR { continue }
      if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wanted, 1, -1)
        continue
      }
      let reason = String(cString: strerror(errno))
      bytes.removeAll()
      throw CommandFailure("cannot write to standard output: \(reason)")
    }
    bytes.removeAll(keepingCapacity: true)
  }

  private func flushIfLarge() throws(CommandFailure) {
    if bytes.count >= 1 << 16 { try flush() }
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
