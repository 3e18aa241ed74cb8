import Guard
import Threads

/// The approvals that wait to be used, as a relay asks for them: nearly always there are none, and that answer is cheap.
///
/// Over a connection of its own, because the store's is busy on another thread. An approval that is used is used for good:
/// also after a loss of power.
// @unchecked: every `var` is read and written with `mutex` held, the connection is used with it held.
final class Approvals: @unchecked Sendable {
  private let path: String
  private let signal: ApprovalSignal
  private let mutex = Lock()

  private var desk: Desk?
  private var seen: ApprovalSignal.State?
  private var nextLook = MonotonicTime.now
  private var exist = false

  /// In case the process that approved was ended before it could raise the signal.
  private static let lookInterval = MonotonicTime.Interval.milliseconds(1000)
  /// How long one attempt waits for another process's lock.
  private static let busyMilliseconds = 1000

  init(path: String) {
    self.path = path
    signal = ApprovalSignal(beside: path)
  }

  var mayExist: Bool {
    mutex.lock()
    defer { mutex.unlock() }
    // Before the database: what is approved after this look raises the signal after it.
    let state = signal.state
    guard exist || state != seen || MonotonicTime.now >= nextLook else { return false }
    seen = state
    look()
    return exist
  }

  func take(_ key: ApprovalKey) -> Approval? {
    mutex.lock()
    defer { mutex.unlock() }
    do throws(DatabaseError) {
      return try openDesk().take(key, at: Timestamp.now)
    } catch {
      close()
      return nil
    }
  }

  private func look() {
    nextLook = MonotonicTime.now + Self.lookInterval
    do throws(DatabaseError) {
      exist = try openDesk().hasApprovals(at: Timestamp.now)
    } catch {
      // What cannot be asked grants nothing.
      exist = false
      close()
    }
  }

  private func openDesk() throws(DatabaseError) -> Desk {
    if let desk, !desk.database.wasReplaced { return desk }
    let database = try Database(
      path: path, access: .readWrite, busyHandler: BusyHandler(limit: .milliseconds(Self.busyMilliseconds)))
    try Schema().prepareForWriting(database)
    try database.execute("PRAGMA synchronous = FULL", operation: "open")
    let desk = try Desk(database)
    self.desk = desk
    return desk
  }

  private func close() { desk = nil }
}

/// The statements.
private final class Desk {
  let database: Database
  private let count: Statement
  private let find: Statement
  private let consume: Statement
  private var key: SealingKey?

  init(_ database: Database) throws(DatabaseError) {
    self.database = database
    count = try database.prepare(
      """
      SELECT 1 FROM quarantine INDEXED BY quarantine_approved
      WHERE state = 1 AND expires_at > ?1 AND approval_key IS NOT NULL LIMIT 1
      """)
    // A stored result first: then the server is not called again.
    find = try database.prepare(
      """
      SELECT number, id, kind, payload FROM quarantine INDEXED BY quarantine_open
      WHERE approval_key = ?1 AND state < 2 AND state = 1 AND expires_at > ?2
      ORDER BY kind DESC, number
      """)
    consume = try database.prepare(
      """
      UPDATE quarantine SET state = 4, used_at = ?1, payload = NULL
      WHERE number = ?2 AND state = 1 AND expires_at > ?1
      """)
  }

  func hasApprovals(at now: Int64) throws(DatabaseError) -> Bool {
    defer { count.reset() }
    try count.bind(now, at: 1)
    return try count.step()
  }

  func take(_ approvalKey: ApprovalKey, at now: Int64) throws(DatabaseError) -> Approval? {
    for candidate in try candidates(approvalKey, at: now) {
      // What cannot be opened is not what was approved.
      guard let grant = try grant(candidate) else { continue }
      try consume.bind(now, at: 1)
      try consume.bind(candidate.number, at: 2)
      try consume.run()
      // Another process was faster: the next one, if there is one.
      if database.changes == 1 { return Approval(item: candidate.id, grant: grant) }
    }
    return nil
  }

  private struct Candidate {
    let number: Int64
    let id: EventID
    let kind: QuarantineItem.Kind
    let payload: [UInt8]
  }

  private func candidates(_ key: ApprovalKey, at now: Int64) throws(DatabaseError) -> [Candidate] {
    defer { find.reset() }
    try find.bind(key.digest.bytes, at: 1)
    try find.bind(now, at: 2)
    var candidates: [Candidate] = []
    while try find.step(), candidates.count < 16 {
      guard let id = find.text(1).flatMap({ EventID($0) }), let kind = QuarantineItem.Kind(code: find.integer(2))
      else { continue }
      candidates.append(Candidate(number: find.integer(0), id: id, kind: kind, payload: find.bytes(3) ?? []))
    }
    return candidates
  }

  private func grant(_ candidate: Candidate) throws(DatabaseError) -> Approval.Grant? {
    if key == nil { key = try PayloadKey.load(for: database) }
    guard let key, let payload = key.open(candidate.payload, as: SealedItem.name(candidate.id)) else { return nil }
    switch candidate.kind {
    case .request: return .passRequest
    case .result: return .storedResult(payload)
    case .message: return nil
    }
  }
}
