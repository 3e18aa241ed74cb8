import Guard
import JSONRPC
import Threads

/// What the two directions of one relayed session share: its memory of requests, where records go, the policy.
// @unchecked: the state is touched only while `lock` is held; everything else is immutable and Sendable.
package final class SessionContext: @unchecked Sendable {
  package let server: String
  package let id: String
  package let rules: RuleSet
  package let sink: any AuditSink
  package let clock: RelayClock

  private let quarantine: QuarantineAccess?
  private let policyChange: @Sendable () -> Policy?

  private let lock = Lock()
  private var state = RelayStateMachine()
  private var policies: Policies

  /// - Parameters:
  ///   - server: the wrapped server's label.
  ///   - id: names the session in records.
  ///   - policy: what holds at first. Its limits of size hold for the whole session.
  ///   - quarantine: nil where nothing can be held; then such messages are stopped for good.
  ///   - policyChange: asked before a frame, at most once a second and by one thread at a time: what holds from now on,
  ///     nil when nothing has changed.
  package init(
    server: String, id: String, policy: Policy, rules: RuleSet, sink: any AuditSink,
    quarantine: QuarantineAccess? = nil, clock: RelayClock = .system,
    policyChange: @escaping @Sendable () -> Policy? = { nil }
  ) {
    self.server = server
    self.id = id
    policies = Policies(policy, at: clock.steady())
    self.rules = rules
    self.sink = sink
    self.quarantine = quarantine
    self.clock = clock
    self.policyChange = policyChange
  }

  // MARK: The policy

  /// What holds for the frame that travels in `direction` at the moment. The same from `beginFrame` to the next.
  package func policy(_ direction: Direction) -> Policy {
    lock.withLock { policies[direction] }
  }

  /// Where messages of this direction are held; nil when none is.
  func quarantine(_ direction: Direction) -> QuarantineAccess? {
    let settings = policy(direction).settings
    return settings.quarantineEnabled && settings.mode == .enforce ? quarantine : nil
  }

  /// Lets a changed policy take hold for the next frame of `direction`, never in the middle of one. To be called by the
  /// thread of that direction.
  func beginFrame(_ direction: Direction) {
    let now = clock.steady()
    if lock.withLock({ policies.claimsLook(at: now) }) {
      // Reads a file, perhaps: not under the lock.
      let changed = policyChange()
      lock.withLock { policies.finishLook(changed) }
    }
    lock.withLock { policies.adopt(direction) }
  }

  /// Runs a few statements on the shared memory; no I/O and no inspection inside.
  func withState<Result>(_ body: (inout RelayStateMachine) -> Result) -> Result {
    lock.withLock { body(&state) }
  }

  /// How long the answer to a stopped message waits for its record.
  static let commitMilliseconds = 250

  /// Queues the record of a message that goes on.
  ///
  /// - Returns: false when it must not go on, because its record cannot be kept.
  func record(_ entry: AuditEntry) -> Bool {
    let settings = policy(entry.direction).settings
    let isEnforced = settings.mode == .enforce
    let outcome = sink.enqueue(entry, mayWait: isEnforced)
    return outcome == .queued || !isEnforced || settings.auditFailure == .continue
  }

  /// Records a message that was stopped.
  ///
  /// - Returns: whether the record is known to be committed.
  func recordStopped(_ entry: AuditEntry) -> Bool {
    sink.commit(entry, withinMilliseconds: Self.commitMilliseconds) == .committed
  }
}

/// The newest policy, and the one in force for each direction's current frame.
private struct Policies {
  private var newest: Policy
  private var toServer: Policy
  private var toClient: Policy
  private var lastLook: Int64
  private var isLooking = false

  /// Microseconds between two looks.
  private static let interval: Int64 = 1_000_000

  init(_ policy: Policy, at now: Int64) {
    (newest, toServer, toClient) = (policy, policy, policy)
    lastLook = now
  }

  subscript(direction: Direction) -> Policy { direction == .clientToServer ? toServer : toClient }

  /// Whether the caller is to look for a change; then it calls `finishLook`. Nobody else looks in between.
  mutating func claimsLook(at now: Int64) -> Bool {
    guard !isLooking, now - lastLook >= Self.interval else { return false }
    isLooking = true
    lastLook = now
    return true
  }

  mutating func finishLook(_ changed: Policy?) {
    if let changed { newest = changed }
    isLooking = false
  }

  mutating func adopt(_ direction: Direction) {
    if direction == .clientToServer { toServer = newest } else { toClient = newest }
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
