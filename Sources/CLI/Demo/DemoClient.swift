import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A small scripted MCP client over a child process: writes a line, waits for the answer with its id.
final class DemoClient {
  private let process: pid_t
  private let toServer: Int32
  private let fromServer: Int32
  private var decoder = FrameDecoder(limit: 1 << 20)
  private var nextID = 1

  /// Longest wait for one answer, in milliseconds.
  private static let patience: Int32 = 20_000

  /// - Parameter command: program and arguments; the program is a path.
  init(command: [String]) throws(CommandFailure) {
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    guard pipe(&input) == 0, pipe(&output) == 0 else { throw CommandFailure("no pipes for the demo") }
    for descriptor in [input[1], output[0]] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #if canImport(Glibc)
    var actions = posix_spawn_file_actions_t()
    #else
    var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, input[0])
    posix_spawn_file_actions_addclose(&actions, output[1])
    let words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, command[0], &actions, nil, words, environ)
    close(input[0])
    close(output[1])
    toServer = input[1]
    fromServer = output[0]
    process = child
    guard result == 0 else {
      throw CommandFailure("the demo cannot start itself: \(String(cString: strerror(result)))")
    }
  }

  /// Sends a request and returns the answer to it.
  func request(_ method: String, _ params: String = "{}") throws(CommandFailure) -> JSONValue {
    let id = nextID
    nextID += 1
    try send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#)
    while true {
      let message = try nextMessage()
      if message["id"]?.integer == id, message["method"] == nil { return message }
    }
  }

  func notify(_ method: String) throws(CommandFailure) {
    try send(#"{"jsonrpc":"2.0","method":"\#(method)"}"#)
  }

  /// Ends the session as clients do, by closing the server's input, and waits for its end.
  func finish() {
    close(toServer)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while read(fromServer, &buffer, buffer.count) > 0 {}
    close(fromServer)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  // MARK: Private

  private func send(_ line: String) throws(CommandFailure) {
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(toServer, $0.baseAddress.map { $0 + sent }, bytes.count - sent) }
      guard count > 0 else { throw CommandFailure("the demo's relay ended early") }
      sent += count
    }
  }

  private func nextMessage() throws(CommandFailure) -> JSONValue {
    while true {
      while let event = decoder.next() {
        if case .frame(let frame) = event, let value = frame.withContent({ try? JSONValue(parsing: $0) }) {
          return value
        }
      }
      var waiting = pollfd(fd: fromServer, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, Self.patience) > 0 else { throw CommandFailure("the demo's relay does not answer") }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(fromServer, &buffer, buffer.count)
      guard count > 0 else { throw CommandFailure("the demo's relay ended early") }
      buffer.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
