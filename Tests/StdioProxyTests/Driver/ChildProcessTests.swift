import CShims
import Testing
import Threads

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Child process", .timeLimit(.minutes(1)))
struct ChildProcessTests {
  @Test(
    "A command that cannot be started is an error with a shell's status",
    arguments: [
      (["no-such-command-here"], ENOENT, 127), (["/no/such/file"], ENOENT, 127), (["/etc/passwd/x"], ENOTDIR, 127),
      (["/etc/passwd"], EACCES, 126), (["/"], EACCES, 126),
    ] as [([String], Int32, Int32)])
  func failures(command: [String], code: Int32, status: Int32) {
    let error = #expect(throws: SpawnError.self) { try ChildProcess.start(command) }
    #expect(error?.stage == .exec)
    #expect(error?.code == code)
    #expect(error?.exitStatus == status)
  }

  @Test("No command is an error")
  func nothing() {
    let error = #expect(throws: SpawnError.self) { try ChildProcess.start([]) }
    #expect(error?.exitStatus == 127)
  }

  @Test("A failed start leaves no descriptors and no process")
  func leaks() throws {
    // The lowest free number does not grow. Other tests open files too, so not the count, but many starts.
    for _ in 0..<1100 { _ = try? ChildProcess.start(["/no/such/file"]) }
    let probe = open("/dev/null", O_RDONLY | O_CLOEXEC)
    #expect(probe >= 0 && probe < 1024)
    close(probe)
  }

  @Test("The child is in our process group, and holds only its own ends of its pipes")
  func inheritance() throws {
    let relay = try RunningRelay(["sh", "-c", "cut -d ' ' -f 5 /proc/$$/stat; ls -l /proc/$$/fd"])
    #expect(relay.readLine() == "\(getpgrp())\n")
    let files = relay.text.split(separator: "\n").compactMap { $0.split(separator: " -> ").last }
    let pipes = files.filter { $0.hasPrefix("pipe:") }
    for line in pipes.prefix(2) { #expect(pipes.filter { $0 == line }.count == 1) }
    #expect(pipes.count >= 2)
  }

  @Test("The child gets the signal dispositions that we were started with, and the starting thread's mask")
  func signalDispositions() throws {
    let relay = try RunningRelay(["cat", "/proc/self/status"])
    let lines = relay.text.split(separator: "\n")
    let ignored = lines.first { $0.hasPrefix("SigIgn:") }?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    let blocked = lines.first { $0.hasPrefix("SigBlk:") }?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    // In this process SIGPIPE is ignored now.
    let isIgnored = try #require(ignored) & UInt64(1) << UInt64(SIGPIPE - 1) != 0
    #expect(isIgnored == TestProcess.inheritedIgnoredPipe)
    #expect(try #require(blocked) == 0)
  }

  #if os(Linux)
  @Test("The child is killed when the thread that started it ends")
  func parentDeath() throws {
    let identifier = Counter()
    let started = try #require(StopFlag())
    try #require(
      BackgroundThread.start {
        if let child = try? ChildProcess.start(["sleep", "1000"]) { identifier.add(Int(child.identifier)) }
        started.raise()
      })
    var entry = pollfd(fd: started.descriptor.number, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, -1)
    var status: Int32 = 0
    let child = pid_t(identifier.value)
    #expect(waitpid(child, &status, 0) == child)
    #expect(status & 0x7F == SIGKILL)
  }
  #endif

  @Test("Signals of the process reach the waiting thread")
  func processSignals() throws {
    _ = TestProcess.inheritedIgnoredPipe
    let events = try #require(RelayEvents(takesProcessSignals: true))
    var mask = sigset_t()
    var previous = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGHUP)
    pthread_sigmask(SIG_UNBLOCK, &mask, &previous)
    raise(SIGHUP)
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { signal(number, SIG_DFL) }
    var entry = pollfd(fd: events.descriptor.number, events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, 0) == 1)
    #expect(events.take().signals == [SIGHUP])
    #expect(events.take().signals.isEmpty)
  }
}
