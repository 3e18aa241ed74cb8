import Guard
import JSONRPC
import Threads

/// What the two directions of one relayed session share: its memory of requests, where records go, the policy.
// @unchecked: the state is touched only while `lock` is held; everything else is immutable and Sendable.
package final class SessionContext: @unchecked Sendable {
  package let server: String
  package let id: String
  package let sink: any AuditSink
  package let clock: RelayClock

  private let quarantine: QuarantineAccess?
  private let policyChange: @Sendable () -> Policy?
  private let rulesChange: @Sendable () -> RuleSet?

  private let lock = Lock()
  private var state = RelayStateMachine()
  private var inForce: InForce

  /// - Parameters:
  ///   - server: the wrapped server's label.
  ///   - id: names the session in records.
  ///   - policy, rules: what holds at first. The policy's limits of size hold for the whole session.
  ///   - quarantine: nil where nothing can be held; then such messages are stopped for good.
  ///   - policyChange: asked before a frame, at most once a second and by one thread at a time: what holds from now on,
  ///     nil when nothing has changed.
  ///   - rulesChange: the same for the rules, asked after it.
  package init(
    server: String, id: String, policy: Policy, rules: RuleSet, sink: any AuditSink,
    quarantine: QuarantineAccess? = nil, clock: RelayClock = .system,
    policyChange: @escaping @Sendable () -> Policy? = { nil },
    rulesChange: @escaping @Sendable () -> RuleSet? = { nil }
  ) {
    self.server = server
    self.id = id
    inForce = InForce(policy, rules, at: clock.steady())
    self.sink = sink
    self.quarantine = quarantine
    self.clock = clock
    self.policyChange = policyChange
    self.rulesChange = rulesChange
  }

  // MARK: The policy

  /// What holds for the frame that travels in `direction` at the moment. The same from `beginFrame` to the next.
  package func policy(_ direction: Direction) -> Policy {
    lock.withLock { inForce[direction].policy }
  }

  /// What its text is searched for, likewise.
  func rules(_ direction: Direction) -> RuleSet {
    lock.withLock { inForce[direction].rules }
  }

  /// Where messages of this direction are held; nil when none is.
  func quarantine(_ direction: Direction) -> QuarantineAccess? {
    let settings = policy(direction).settings
    return settings.quarantineEnabled && settings.mode == .enforce ? quarantine : nil
  }

  /// Lets a changed policy, or changed rules, take hold for the next frame of `direction`, never in the middle of one. To be called by the
  /// thread of that direction.
  func beginFrame(_ direction: Direction) {
    let now = clock.steady()
    if lock.withLock({ inForce.claimsLook(at: now) }) {
      // Reads files, perhaps: not under the lock.
      let (policy, rules) = (policyChange(), rulesChange())
      lock.withLock { inForce.finishLook(policy, rules) }
    }
    lock.withLock { inForce.adopt(direction) }
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

/// The newest policy and rules, and those in force for each direction's current frame.
private struct InForce {
  struct Judgement {
    var policy: Policy
    var rules: RuleSet
  }

  private var newest: Judgement
  private var toServer: Judgement
  private var toClient: Judgement
  private var lastLook: Int64
  private var isLooking = false

  /// Microseconds between two looks.
  private static let interval: Int64 = 1_000_000

  init(_ policy: Policy, _ rules: RuleSet, at now: Int64) {
    newest = Judgement(policy: policy, rules: rules)
    (toServer, toClient) = (newest, newest)
    lastLook = now
  }

  subscript(direction: Direction) -> Judgement { direction == .clientToServer ? toServer : toClient }

  /// Whether the caller is to look for a change; then it calls `finishLook`. Nobody else looks in between.
  mutating func claimsLook(at now: Int64) -> Bool {
    guard !isLooking, now - lastLook >= Self.interval else { return false }
    isLooking = true
    lastLook = now
    return true
  }

  mutating func finishLook(_ policy: Policy?, _ rules: RuleSet?) {
    if let policy { newest.policy = policy }
    if let rules { newest.rules = rules }
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
