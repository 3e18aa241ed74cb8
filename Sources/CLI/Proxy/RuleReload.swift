import Audit
import Guard
import Threads

/// Reads the user's own rules again when their folder has changed, on a thread of its own: to compile them takes a while,
/// and nothing that is to be judged waits for it. What has a problem is refused as a whole, and what held before stays in
/// force. Either is recorded, once for each state of the folder.
// @unchecked: everything that changes is touched with `lock` held, or by the one thread that calls `change`.
package final class RuleReload: @unchecked Sendable {
  private let sink: (any AuditSink)?
  private let session: String
  private let agent: String
  /// The folder as it was read last, whether its rules were taken or refused.
  private var seen: State
  private let lock = Lock()
  private var isLoading = false
  private var hasEnded = false
  private var loaded: RuleSet?

  /// A folder of rules, as far as it can be seen without reading.
  package struct State: Equatable {
    private let path: String?
    private let files: [CustomRuleFolder.FileState]

    package init(_ configuration: Configuration) {
      path = configuration.customRulesFolder
      files = path.map(CustomRuleFolder.state) ?? []
    }
  }

  /// - Parameters:
  ///   - first: the folder before the first rules were read from it.
  ///   - sink: takes the records; nil for a command that keeps none.
  ///   - session, agent: of the relay or the server; they stand in the records.
  package init(_ first: State, sink: (any AuditSink)?, session: String = "", agent: String = "") {
    seen = first
    self.sink = sink
    self.session = session
    self.agent = agent
  }

  /// What holds from now on; nil when nothing has changed, or is not ready yet. A few system calls, and none at all when no
  /// folder is named.
  ///
  /// - Parameter isForced: read it in any case, as after SIGHUP; while it is being read there is no need to.
  package func change(_ configuration: Configuration, isForced: Bool = false) -> RuleSet? {
    let (isBusy, ready) = lock.withLock { () -> (Bool, RuleSet?) in
      defer { loaded = nil }
      return (isLoading, loaded)
    }
    if isBusy || ready != nil { return ready }
    let state = State(configuration)
    guard state != seen || isForced && configuration.customRulesFolder != nil else { return nil }
    lock.withLock { isLoading = true }
    // Without a thread it is tried again at the next look.
    if BackgroundThread.start({ [self] in load(configuration) }) {
      seen = state
    } else {
      lock.withLock { isLoading = false }
    }
    return nil
  }

  /// The session is over: what is being read takes no effect, so nothing is recorded about it. Before the store is closed.
  func end() { lock.withLock { hasEnded = true } }

  private func load(_ configuration: Configuration) {
    let rules = taken(configuration)
    lock.withLock {
      loaded = rules
      isLoading = false
    }
  }

  private func taken(_ configuration: Configuration) -> RuleSet? {
    do throws(CommandFailure) {
      let fresh = try LoadedRules(configuration)
      guard fresh.problems.isEmpty else {
        for problem in fresh.problems { Diagnostics.error(problem.description) }
        Diagnostics.error("the changed rules cannot be used; what held before stays in force")
        record("the changed rules cannot be used; what held before stays in force", .rejected)
        return nil
      }
      Diagnostics.note("the rules have changed and were read again; there are \(fresh.rules.count)")
      record("the rules have changed and were read again; \(fresh.origins.count) of them are the user's", .delivered)
      return fresh.rules
    } catch {
      Diagnostics.report(error)
      return nil
    }
  }

  private func record(_ reason: String, _ status: DeliveryStatus) {
    var entry = AuditEntry.ofTheTrail(reason: reason, to: agent, method: "rules/reload", status: status)
    entry.session = session
    lock.withLock {
      if !hasEnded { _ = sink?.enqueue(entry, mayWait: false) }
    }
  }
}
