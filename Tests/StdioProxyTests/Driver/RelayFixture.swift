import CShims
import Testing
import Threads

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the tests change in their process, once, before anything else.
enum TestProcess {
  /// Ignores SIGPIPE, as a relay does. Whether it was ignored when the process started.
  static let inheritedIgnoredPipe: Bool = {
    ChildProcess.saveInheritedSignals()
    let previous = signal(SIGPIPE, SIG_IGN)
    return unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }()
}

/// A judge made of two closures.
final class ScriptedJudge: FrameJudge {
  private let onBytes: (UnsafeRawBufferPointer, inout [RelayOutput]) -> Void
  private let onEnd: (inout [RelayOutput]) -> Void

  init(
    onEnd: @escaping (inout [RelayOutput]) -> Void = { _ in },
    onBytes: @escaping (UnsafeRawBufferPointer, inout [RelayOutput]) -> Void = { $1.append(.forward(Array($0))) }
  ) {
    self.onBytes = onBytes
    self.onEnd = onEnd
  }

  func receive(_ bytes: UnsafeRawBufferPointer, into outputs: inout [RelayOutput]) { onBytes(bytes, &outputs) }
  func finish(into outputs: inout [RelayOutput]) { onEnd(&outputs) }

  /// One call a line; the rest waits for its end.
  static func perLine(_ judge: @escaping ([UInt8]) -> [RelayOutput]) -> ScriptedJudge {
    var pending: [UInt8] = []
    return ScriptedJudge(
      onEnd: { if !pending.isEmpty { $0 += judge(pending) } },
      onBytes: { bytes, outputs in
        for byte in bytes {
          pending.append(byte)
          guard byte == UInt8(ascii: "\n") else { continue }
          outputs += judge(pending)
          pending.removeAll(keepingCapacity: true)
        }
      })
  }
}

/// Counts on one thread, is asked on another.
// @unchecked: the count is touched under the lock.
final class Counter: @unchecked Sendable {
  private let lock = Lock()
  private var count = 0

  func add(_ more: Int) { lock.withLock { count += more } }

  var value: Int { lock.withLock { count } }

  /// The value once it has not changed for a while, and is not zero.
  func settled() -> Int {
    var last = 0
    while true {
      usleep(200_000)
      let current = value
      if current > 0, current == last { return current }
      last = current
    }
  }
}

/// A session in the test process: a client that is the test, and a child whose environment bears a mark, so that its
/// descendants can be told from the children of other tests.
// @unchecked: `result` and `notes` are touched under the lock; the relay belongs to the one thread that runs it.
final class RunningRelay: @unchecked Sendable {
  private let lock = Lock()
  private let changed = Condition()
  private var status: Int32?
  private var failure: SpawnError?
  private var notes: [String] = []
  private var deliver: (@Sendable (Int32) -> Void)?
  private var childIdentifier: pid_t = 0

  let mark: String
  /// What the client writes and reads with.
  private(set) var input: Int32
  private(set) var output: Int32

  /// Steps that come soon only where a test is about them, so that a slow machine changes no outcome.
  static func timing(terminate: Milliseconds = 60_000, kill: Milliseconds = 60_000) -> RelayTiming {
    var timing = RelayTiming()
    let steps: [Teardown.Step] = [.init(after: terminate, .terminate), .init(after: kill, .kill)]
    timing.clientEnded = steps
    timing.serverEnded = steps
    timing.sessionEnded = [.init(after: 0, .terminate), .init(after: kill, .kill)]
    timing.signalled = [.init(after: kill, .kill)]
    timing.orphaned = [.init(after: 0, .terminate), .init(after: 100, .kill)]
    timing.serverStall = min(terminate, 1000)
    timing.clientStall = 1000
    timing.lastGrace = 10_000
    return timing
  }

  init(
    _ command: [String], timing: RelayTiming = RunningRelay.timing(), replyLimits: ReplyQueue.Limits = .init(),
    usesSockets: Bool = false,
    toServer: @escaping @Sendable () -> any FrameJudge = { ScriptedJudge() },
    toClient: @escaping @Sendable () -> any FrameJudge = { ScriptedJudge() }
  ) throws {
    let mark = "OKTSEC_TEST_MARK=\(UInt64.random(in: 0 ... .max))"
    self.mark = mark
    _ = TestProcess.inheritedIgnoredPipe
    let (clientSide, relaySide) = try RunningRelay.streams(sockets: usesSockets)
    (input, output) = clientSide
    // The thread lives as long as the child: else the child would get the parent-death signal.
    let isStarted = BackgroundThread.start { [self] in
      // As the main thread of a program has it, not as this thread does.
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, nil)
      do {
        let child = try ChildProcess.start(["/usr/bin/env", mark] + command) { RunningRelay.isMarked($0, mark) }
        let relay = Relay(
          clientInput: relaySide.input, clientOutput: relaySide.output, child: child, toServer: toServer(),
          toClient: toClient(), timing: timing, takesSignals: false, replyLimits: replyLimits,
          diagnostics: { note in self.lock.withLock { self.notes.append(note) } })
        lock.withLock {
          deliver = relay?.signalDelivery
          childIdentifier = child.identifier
          changed.broadcast()
        }
        let status = relay?.run()
        lock.withLock { self.status = status ?? -1 }
      } catch {
        lock.withLock { failure = error as? SpawnError }
      }
      // The relay has taken the files; the numbers are /dev/null by now.
      close(relaySide.input)
      close(relaySide.output)
      lock.withLock { changed.broadcast() }
    }
    try #require(isStarted)
  }

  deinit {
    closeInput()
    closeOutput()
  }

  // MARK: The client

  @discardableResult
  func send(_ text: String) -> Int { send(Array(text.utf8)) }

  /// Returns how much was written: less than all when the other end is gone.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  /// Writes until the other end has taken nothing for a while. Returns how much was written.
  func sendUntilFull(_ bytes: [UInt8]) -> Int {
    let flags = fcntl(input, F_GETFL)
    _ = fcntl(input, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(input, F_SETFL, flags) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
      if count > 0 {
        sent += count
      } else {
        var entry = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
        guard errno == EAGAIN, poll(&entry, 1, 200) > 0 else { break }
      }
    }
    return sent
  }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func closeOutput() {
    if output >= 0 { close(output) }
    output = -1
  }

  /// The next line, terminator included, or what there is before the end.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.last != UInt8(ascii: "\n"), read(output, &byte, 1) == 1 { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  var text: String { String(decoding: readToEnd(), as: UTF8.self) }

  // MARK: The session

  func deliver(signal: Int32) {
    lock.lock()
    while deliver == nil { changed.wait(lock) }
    let deliver = self.deliver
    lock.unlock()
    deliver?(signal)
  }

  var child: pid_t {
    lock.lock()
    defer { lock.unlock() }
    while childIdentifier == 0 { changed.wait(lock) }
    return childIdentifier
  }

  /// Waits for the session's end.
  func exitStatus() -> Int32 {
    lock.lock()
    defer { lock.unlock() }
    while status == nil, failure == nil { changed.wait(lock) }
    return status ?? -1
  }

  func spawnError() -> SpawnError? {
    _ = exitStatus()
    return lock.withLock { failure }
  }

  var diagnostics: [String] { lock.withLock { notes } }

  /// Processes that still run and bear this session's mark.
  var survivors: [pid_t] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var found: [pid_t] = []
    while let item = readdir(directory) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let identifier = pid_t(name), RunningRelay.isMarked(identifier, mark) { found.append(identifier) }
    }
    return found
  }

  private static func isMarked(_ identifier: pid_t, _ mark: String) -> Bool {
    let file = open("/proc/\(identifier)/environ", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return false }
    return buffer[..<count].split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
  }

  private typealias Streams = (input: Int32, output: Int32)

  private static func streams(sockets: Bool) throws -> (client: Streams, relay: Streams) {
    var first: [Int32] = [-1, -1]
    var second: [Int32] = [-1, -1]
    if sockets {
      #if os(Linux)
      let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      #else
      let type = SOCK_STREAM
      #endif
      try #require(socketpair(AF_UNIX, type, 0, &first) == 0 && socketpair(AF_UNIX, type, 0, &second) == 0)
      return ((first[1], second[0]), (first[0], second[1]))
    }
    try #require(shim_pipe(&first) == 0 && shim_pipe(&second) == 0)
    return ((first[1], second[0]), (first[0], second[1]))
  }
}
