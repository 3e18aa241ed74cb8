import CShims

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that runs as our child, with pipes as its standard input and output and the rest inherited: standard error,
/// environment, working directory, process group, the signal dispositions that we were started with, and the signal mask.
///
/// Start it before the program has a second thread, from the thread that will run the relay: on Linux the child is killed when
/// the thread that started it ends, however it ends. Not Sendable: who starts it also waits for it, so that a signal cannot
/// reach another process that was given the same number.
package final class ChildProcess {
  package let identifier: pid_t
  /// Which of our children, other than this one, count as its orphans. Nil: all.
  let adopts: (@Sendable (pid_t) -> Bool)?
  let input: Descriptor
  let output: Descriptor
  /// Set once the child has ended and been waited for: its code, or 128 and the signal's number.
  package private(set) var exitStatus: Int32?
  private var hasNoChildren = false

  private init(_ child: shim_child, adopts: (@Sendable (pid_t) -> Bool)?) {
    identifier = child.pid
    input = Descriptor(owning: child.input)
    output = Descriptor(owning: child.output)
    self.adopts = adopts
  }

  /// Notes the signal dispositions that children are to get. To be called before the program changes any of them.
  package static func saveInheritedSignals() { shim_signals_save() }

  /// Starts the command. Its first word is looked up in the inherited PATH as execvp(3) does; no shell is involved.
  ///
  /// - Parameter adopts: for a program with other children (a test): which processes are the command's orphans.
  package static func start(
    _ arguments: [String], adopts: (@Sendable (pid_t) -> Bool)? = nil
  ) throws(SpawnError) -> ChildProcess {
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { words.forEach { free($0) } }
    words.append(nil)
    let result = words.withUnsafeBufferPointer { words in
      Result { () throws(SpawnError) in try start(words.baseAddress, adopts: adopts) }
    }
    return try result.get()
  }

  /// The same from a vector as main(3) gets it, for words that are not UTF-8: ends with nil.
  package static func start(
    _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>?, adopts: (@Sendable (pid_t) -> Bool)? = nil
  ) throws(SpawnError) -> ChildProcess {
    guard let arguments, arguments[0] != nil else { throw SpawnError(stage: .noCommand, code: 0) }
    var child = shim_child()
    switch shim_child_spawn(arguments, &child) {
    case SHIM_SPAWNED: return ChildProcess(child, adopts: adopts)
    case SHIM_SPAWN_PIPE: throw SpawnError(stage: .pipe, code: errno)
    case SHIM_SPAWN_FORK: throw SpawnError(stage: .fork, code: errno)
    default: throw SpawnError(stage: .exec, code: errno)
    }
  }

  /// Sends a signal to the child alone, never to a process group. Nothing when it has been waited for.
  func send(_ signal: Int32) {
    guard exitStatus == nil else { return }
    kill(identifier, signal)
  }

  /// Waits, without blocking, for this child and for orphans that we adopted.
  func reap() {
    var ended: pid_t = 0
    var status: Int32 = 0
    if adopts == nil {
      var result = shim_child_wait(-1, &ended, &status)
      while result == 1 {
        if ended == identifier { exitStatus = status }
        result = shim_child_wait(-1, &ended, &status)
      }
      hasNoChildren = result < 0
      // Somebody else has waited for it.
      if hasNoChildren, exitStatus == nil { exitStatus = 1 }
    } else if exitStatus == nil {
      switch shim_child_wait(identifier, &ended, &status) {
      case 1: exitStatus = status
      case 0: break
      default: exitStatus = 1
      }
    }
  }

  /// The processes that descend from the child, itself not included, as far as the system tells.
  var descendants: [pid_t] {
    #if os(Linux)
    // As their subreaper we would have them as children.
    if hasNoChildren { return [] }
    #endif
    return ProcessTable.descendants(of: identifier, adopts: adopts)
  }
}
