import Guard
import JSONRPC

/// What the two directions of one relayed session share: its memory of requests, where records go, the policy.
// @unchecked: the state is touched only while `lock` is held; everything else is immutable and Sendable.
package final class SessionContext: @unchecked Sendable {
  package let server: String
  package let id: String
  package let policy: Policy
  package let rules: RuleSet
  package let sink: any AuditSink
  package let quarantine: QuarantineAccess?
  package let clock: RelayClock

  private let lock = Lock()
  private var state = RelayStateMachine()

  /// - Parameters:
  ///   - server: the wrapped server's label.
  ///   - id: names the session in records.
  ///   - quarantine: nil where nothing can be held; then such messages are stopped for good.
  package init(
    server: String, id: String, policy: Policy, rules: RuleSet, sink: any AuditSink,
    quarantine: QuarantineAccess? = nil, clock: RelayClock = .system
  ) {
    self.server = server
    self.id = id
    self.policy = policy
    self.rules = rules
    self.sink = sink
    self.quarantine = policy.settings.quarantineEnabled && policy.settings.mode == .enforce ? quarantine : nil
    self.clock = clock
  }

  /// Runs a few statements on the shared memory; no I/O and no inspection inside.
  func withState<Result>(_ body: (inout RelayStateMachine) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&state)
  }

  /// How long the answer to a stopped message waits for its record.
  static let commitMilliseconds = 250

  /// Queues the record of a message that goes on.
  ///
  /// - Returns: false when it must not go on, because its record cannot be kept.
  func record(_ entry: AuditEntry) -> Bool {
    let isEnforced = policy.settings.mode == .enforce
    let outcome = sink.enqueue(entry, mayWait: isEnforced)
    return outcome == .queued || !isEnforced || policy.settings.auditFailure == .continue
  }

  /// Records a message that was stopped.
  ///
  /// - Returns: whether the record is known to be committed.
  func recordStopped(_ entry: AuditEntry) -> Bool {
    sink.commit(entry, withinMilliseconds: Self.commitMilliseconds) == .committed
  }
}

/// The quarantine as one session uses it.
package struct QuarantineAccess: Sendable {
  package let store: any QuarantineStore
  /// The server's command and its arguments: an approval holds for this server only.
  package let command: [String]
  /// How long an item waits, in microseconds.
  package let lifetime: Int64

  package init(store: any QuarantineStore, command: [String], lifetime: Int64) {
    self.store = store
    self.command = command
    self.lifetime = lifetime
  }
}
