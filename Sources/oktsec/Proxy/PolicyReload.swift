import Guard

/// Reads a relay's config again when its file has changed. A file that cannot be used is refused on standard error, and
/// what held before stays in force.
///
/// The database, the quarantine's times, webhooks and limits of size are those of the start.
// @unchecked: `reload` is used by one thread at a time; `SessionContext` sees to that, with a lock in between.
final class PolicyReload: @unchecked Sendable {
  private var reload: ConfigurationReload

  init(_ configuration: Configuration) { reload = ConfigurationReload(configuration) }

  /// What holds from now on; nil when nothing has changed. One system call then.
  func change() -> Policy? {
    switch reload.refresh() {
    case .unchanged: return nil
    case .replaced(let configuration):
      for warning in configuration.warnings { Diagnostics.warning(warning.description) }
      Diagnostics.note("the config has changed and was read again; the mode is \(configuration.mode.rawValue)")
      return Policy(configuration.policySettings)
    case .refused(let problems):
      for problem in problems.problems { Diagnostics.error(problem.description) }
      Diagnostics.error("the changed config cannot be used; what held before stays in force")
      return nil
    }
  }
}
