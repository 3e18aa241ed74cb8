#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Keeps a long-running command's config up to date. A new file that cannot be used is refused, and the old one stays in
/// force.
package struct ConfigurationReload {
  /// What holds.
  private(set) var current: Configuration

  /// The file as it was read last, whether it was taken or refused. Nil when there was none.
  private var seen: FileFacts?

  package enum Outcome {
    case unchanged
    case replaced(Configuration)
    /// The old one stays. Said once for each state of the file.
    case refused(ConfigurationProblems)
  }

  package init(_ current: Configuration) {
    self.current = current
    seen = current.fileFacts
  }

  /// Looks whether the file changed, and if so reads it. One system call when it did not.
  ///
  /// - Parameter isForced: read it in any case, as after SIGHUP.
  package mutating func refresh(isForced: Bool = false) -> Outcome {
    guard let file = current.file else { return .unchanged }
    let facts = Self.facts(file)
    guard isForced || facts != seen else { return .unchanged }
    seen = facts
    do throws(ConfigurationProblems) {
      var replacement = try Configuration.load(path: file, folders: current.folders)
      // The command line's wish outlives the file that it tightened.
      replacement.tighten(to: current.floor)
      current = replacement
      seen = replacement.fileFacts
      return .replaced(replacement)
    } catch {
      return .refused(error)
    }
  }

  private static func facts(_ path: String) -> FileFacts? {
    var status = stat()
    return stat(path, &status) == 0 ? FileFacts(status) : nil
  }
}
