#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the server does to processes: waits, crashes, and leaves others behind.
enum DemoProcess {
  /// Appends `name PID` to a file, for tests that look for what is left over.
  static func note(_ name: String, id: pid_t, in path: String?) {
    guard let path, let file = DemoOutput(appendingTo: path) else { return }
    file.write(Array("\(name) \(id)\n".utf8))
    close(file.descriptor)
  }

  static func sleep(milliseconds: Int) {
    var rest = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    while true {
      let wanted = rest
      var left = timespec()
      guard withUnsafePointer(to: wanted, { nanosleep($0, &left) }) != 0, errno == EINTR else { return }
      rest = left
    }
  }

  static func sleepForever() -> Never {
    while true { pause() }
  }

  /// Milliseconds of a clock that only goes forward.
  static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// Ends this process at once, by a signal if there is one.
  static func crash(code: Int32, signal: Int32?) -> Never {
    if let signal {
      raiseDefault(signal)
      sleepForever()
    }
    _exit(code)
  }

  /// Starts a process that holds our stdin, stdout and stderr for ten minutes.
  ///
  /// - Parameter kind: whether it ignores SIGTERM, has lost its parent, or has a session of its own.
  static func leaveBehind(_ kind: SessionFault, processPath: String?) {
    let file = processPath ?? "/dev/null"
    let script =
      switch kind {
      case .stubbornGrandchild: "trap '' TERM; echo grandchild $$ >>\"$0\"; exec sleep 600"
      case .orphanedGrandchild: "sleep 600 & echo grandchild $! >>\"$0\""
      default: "echo grandchild $$ >>\"$0\"; exec sleep 600"
      }
    spawn(["/bin/sh", "-c", script, file], inOwnSession: kind == .escapedGrandchild)
    if kind == .orphanedGrandchild {
      var status: Int32 = 0
      wait(&status)
    }
  }

  private static func spawn(_ command: [String], inOwnSession: Bool) {
    #if canImport(Glibc)
    var attributes = posix_spawnattr_t()
    #else
    var attributes: posix_spawnattr_t?
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    if inOwnSession { posix_spawnattr_setflags(&attributes, startsSession) }
    let arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
    defer { free(environment[0]) }
    var child: pid_t = 0
    posix_spawn(&child, command[0], nil, &attributes, arguments, environment)
  }

  /// POSIX_SPAWN_SETSID, which glibc shows to GNU programs only.
  #if canImport(Glibc)
  private static let startsSession: Int16 = 0x80
  #else
  private static let startsSession: Int16 = 0x400
  #endif

  private static func raiseDefault(_ number: Int32) {
    _ = signal(number, SIG_DFL)
    kill(getpid(), number)
  }
}
