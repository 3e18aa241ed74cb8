import Audit
import Guard

/// Reads a relay's config again when its file has changed. A file that cannot be used is refused on standard error, and
/// what held before stays in force. Either is recorded, once for each state of the file, before it has an effect.
///
/// The database, the quarantine's times, webhooks and limits of size are those of the start.
// @unchecked: `reload` is used by one thread at a time; `SessionContext` sees to that, with a lock in between.
final class PolicyReload: @unchecked Sendable {
  private var reload: ConfigurationReload
  private let sink: any AuditSink
  private let session: String
  private let agent: String

  /// - Parameters:
  ///   - sink: takes the records.
  ///   - session, agent: of the relay; they stand in the records.
  init(_ configuration: Configuration, sink: any AuditSink, session: String, agent: String) {
    reload = ConfigurationReload(configuration)
    self.sink = sink
    self.session = session
    self.agent = agent
  }

  /// The config in force, as the file has it.
  var configuration: Configuration { reload.current }

  /// What holds from now on; nil when nothing has changed. One system call then.
  func change() -> Policy? {
    let before = reload.current.mode
    switch reload.refresh() {
    case .unchanged: return nil
    case .replaced(let configuration):
      for warning in configuration.warnings { Diagnostics.warning(warning.description) }
      Diagnostics.note("the config has changed and was read again; the mode is \(configuration.mode.rawValue)")
      let mode = configuration.mode == before ? "is \(before)" : "was \(before) and is \(configuration.mode)"
      record("the config has changed and was read again; the mode \(mode)", .delivered)
      return Policy(configuration.policySettings)
    case .refused(let problems):
      for problem in problems.problems { Diagnostics.error(problem.description) }
      Diagnostics.error("the changed config cannot be used; what held before stays in force")
      let count = problems.problems.count
      record(
        "the changed config cannot be used, \(count) \(count == 1 ? "problem" : "problems"); what held before stays in "
          + "force, the mode is \(before)", .rejected)
      return nil
    }
  }

  /// Without waiting: the frame that looks for a change does not pay for its record.
  private func record(_ reason: String, _ status: DeliveryStatus) {
    var entry = AuditEntry.ofTheTrail(reason: reason, to: agent, method: "config/reload", status: status)
    entry.session = session
    _ = sink.enqueue(entry, mayWait: false)
  }
}
