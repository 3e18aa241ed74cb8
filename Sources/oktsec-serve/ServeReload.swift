import CLI
import Threads

/// Reads a server's config again, and the user's own rules. A file that cannot be used is refused on standard error, and what held before stays.
// @unchecked: `reload` is touched only with `lock` held.
final class ServeReload: @unchecked Sendable {
  private let lock = Lock()
  private var reload: ConfigurationReload
  private let system: ServeSystem

  init(_ configuration: Configuration, _ system: ServeSystem) {
    reload = ConfigurationReload(configuration)
    self.system = system
  }

  /// Reads a file under a lock: only a signal and a timer ask, and the second may wait.
  func refresh(isForced: Bool) {
    lock.lock()
    defer { lock.unlock() }
    refreshConfiguration(isForced: isForced)
    if let rules = system.ruleReload.change(system.configuration.value, isForced: isForced) { system.adopt(rules) }
  }

  private func refreshConfiguration(isForced: Bool) {
    switch reload.refresh(isForced: isForced) {
    case .unchanged: break
    case .replaced(let configuration):
      for warning in configuration.warnings { Diagnostics.warning(warning.description) }
      do throws(CommandFailure) {
        try system.adopt(configuration)
        Diagnostics.note("the config was read again; the mode is \(configuration.mode.rawValue)")
      } catch {
        Diagnostics.report(error)
        Diagnostics.error("the changed config cannot be used; what held before stays in force")
      }
    case .refused(let problems):
      for problem in problems.problems { Diagnostics.error(problem.description) }
      Diagnostics.error("the changed config cannot be used; what held before stays in force")
    }
  }
}
