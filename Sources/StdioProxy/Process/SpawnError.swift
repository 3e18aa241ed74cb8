#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a command could not be started.
package struct SpawnError: Error, Equatable, CustomStringConvertible {
  package enum Stage: Sendable {
    case noCommand, pipe, fork, exec
  }

  package let stage: Stage
  /// The system's errno; 0 for `noCommand`.
  package let code: Int32

  /// What a shell exits with: 127 when there is no such command, 126 when it cannot be run.
  package var exitStatus: Int32 {
    stage == .noCommand || (stage == .exec && (code == ENOENT || code == ENOTDIR)) ? 127 : 126
  }

  /// One phrase for a diagnostic, without the command.
  package var description: String {
    switch stage {
    case .noCommand: "no command given"
    case .pipe: "no pipes: \(String(cString: strerror(code)))"
    case .fork: "no process: \(String(cString: strerror(code)))"
    case .exec: String(cString: strerror(code))
    }
  }
}
