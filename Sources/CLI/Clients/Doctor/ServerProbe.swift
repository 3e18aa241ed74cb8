#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Starts a server once, as a client would, and asks it for `initialize`.
struct ServerProbe {
  enum Outcome: Equatable {
    /// After so many milliseconds.
    case answered(Int)
    case silent
    /// Before it had answered: its exit status, 128 and more for a signal.
    case ended(Int32)
    case notStarted(String)
  }

  let words: [String]
  /// Everything that the server gets: `NAME=value`.
  let environment: [String]
  var folder: String?
  var timeoutMilliseconds = 20_000

  func run() -> Outcome {
    // A server that has ended must not end us.
    let before = signal(SIGPIPE, SIG_IGN)
    defer { _ = signal(SIGPIPE, before) }
    var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&input) == 0, pipe(&output) == 0 else { return .notStarted(Self.reason(errno)) }
    for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let started = spawn(input: input[0], output: output[1])
    close(input[0])
    close(output[1])
    guard case .success(let process) = started else {
      close(input[1])
      close(output[0])
      if case .failure(let error) = started { return .notStarted(Self.reason(error.code)) }
      return .silent
    }
    let start = Self.now
    let line = Array((Self.request + "\n").utf8)
    _ = line.withUnsafeBytes { write(input[1], $0.baseAddress, $0.count) }
    let hasAnswered = waitForAnswer(output[0], until: start + timeoutMilliseconds)
    let time = Self.now - start
    close(input[1])
    close(output[0])
    let status = end(process, isWilling: hasAnswered)
    if hasAnswered { return .answered(time) }
    return status.map { .ended($0) } ?? .silent
  }

  private static let request =
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#
    + #""clientInfo":{"name":"oktsec doctor","version":"\#(Version.number)"}}}"#

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  // MARK: The process

  private struct SpawnFailure: Error { let code: Int32 }

  private func spawn(input: Int32, output: Int32) -> Result<pid_t, SpawnFailure> {
    #if canImport(Glibc)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    #else
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    // What a server says there may hold anything.
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    // A change of folder is not part of posix_spawn everywhere; the shell does it and is replaced.
    let command = folder.map { ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", $0] + words } ?? words
    let arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, command[0], &actions, &attributes, arguments, variables)
    return code == 0 ? .success(process) : .failure(SpawnFailure(code: code))
  }

  /// Whether a line came that answers our request.
  private func waitForAnswer(_ descriptor: Int32, until deadline: Int) -> Bool {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while text.count < 4 << 20 {
      let left = deadline - Self.now
      guard left > 0 else { return false }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, Int32(left)) > 0 else { continue }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      text += buffer[..<count]
      while let end = text.firstIndex(of: 0x0A) {
        if Self.isAnswer(text[..<end]) { return true }
        text.removeSubrange(...end)
      }
    }
    return false
  }

  /// Result or error: either way somebody is there.
  private static func isAnswer(_ line: ArraySlice<UInt8>) -> Bool {
    let node = try? SettingsFormat.json.read(Array(line))
    return node?["id"]?.literal == "1" && (node?["result"] != nil || node?["error"] != nil)
  }

  /// Lets the process end by itself, then makes it.
  ///
  /// - Returns: its status, if it ended without being made to.
  private func end(_ process: pid_t, isWilling: Bool) -> Int32? {
    if let status = wait(process, milliseconds: isWilling ? 3000 : 300) { return status }
    kill(process, SIGTERM)
    if wait(process, milliseconds: 2000) == nil {
      kill(process, SIGKILL)
      _ = wait(process, milliseconds: 2000)
    }
    return nil
  }

  private func wait(_ process: pid_t, milliseconds: Int) -> Int32? {
    let deadline = Self.now + milliseconds
    while true {
      var status: Int32 = 0
      let outcome = waitpid(process, &status, WNOHANG)
      if outcome == process { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F) }
      if outcome < 0, errno != EINTR { return nil }
      guard Self.now < deadline else { return nil }
      var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
      nanosleep(&pause, nil)
    }
  }
}
