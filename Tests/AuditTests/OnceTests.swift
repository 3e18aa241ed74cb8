import Guard
import Testing
import Threads

@testable import Audit

@Suite struct OnceTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  static func repetition(_ number: Int) -> AuditEntry {
    var repeated = entry(number, status: .rejected)
    repeated.decision = .replayed
    return repeated
  }

  static func commit(_ store: AuditStore, _ number: Int, key: Int, until: Int64 = .max) -> OnceOutcome {
    store.commit(
      entry(number), once: digest(key), until: until, otherwise: repetition(number), withinMilliseconds: 10_000)
  }

  @Test("a key counts once, across stores and restarts; repetitions are recorded as such")
  func once() throws {
    let first = try AuditStore.open(path: folder.file())
    let second = try AuditStore.open(path: folder.file())
    #expect(Self.commit(first, 1, key: 1) == .first)
    #expect(Self.commit(first, 2, key: 1) == .repeated)
    #expect(Self.commit(second, 3, key: 1) == .repeated)
    #expect(Self.commit(second, 4, key: 2) == .first)
    #expect(first.close().isComplete)
    #expect(Self.commit(try AuditStore.open(path: folder.file()), 5, key: 1) == .repeated)
    #expect(
      try allRecords(folder.file()).map(\.entry.decision) == [.allow, .replayed, .replayed, .allow, .replayed])
    #expect(try verify(folder.file()).holds)
  }

  @Test("an attempt whose first commit was not heard of is no repetition of itself")
  func retried() throws {
    let store = try AuditStore.open(path: folder.file())
    let entry = entry(1)
    let other = Self.repetition(1)
    for _ in 0..<2 {
      #expect(
        store.commit(entry, once: digest(1), until: .max, otherwise: other, withinMilliseconds: 10_000) == .first)
    }
    #expect(try allRecords(folder.file()).count == 1)
  }

  @Test("of many at once exactly one is the first")
  func race() throws {
    let path = folder.file()
    let tally = QuarantineTests.Tally()
    for number in 0..<8 {
      #expect(
        BackgroundThread.start {
          guard let store = try? AuditStore.open(path: path) else { return }
          tally.add(Self.commit(store, number, key: 1) == .first)
          _ = store.close()
        })
    }
    #expect(eventually { tally.all.count == 8 })
    #expect(tally.all.filter { $0 }.count == 1)
  }

  @Test("a key whose time is over is forgotten")
  func forgotten() throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(Self.commit(store, 1, key: 1, until: noon) == .first)
    #expect(Self.commit(store, 2, key: 2) == .first)
    let writer = try RecordWriter(path: folder.file(), busyHandler: BusyHandler(limit: .milliseconds(5000)))
    #expect(try !writer.maintain(at: noon + 1))
    #expect(Self.commit(store, 3, key: 1) == .first)
    #expect(Self.commit(store, 4, key: 2) == .repeated)
  }
}

@Suite struct RevocationTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private let fingerprint = Fingerprint(digest(1))

  @Test("a revocation stands at once, for every reader, once, and in the trail")
  func revokes() throws {
    let agent = try #require(AgentName("mail"))
    let store = RevocationStore(path: folder.file())
    #expect(try store.revokedFingerprints().isEmpty)
    try store.revoke(fingerprint, of: agent, at: noon)
    try store.revoke(fingerprint, of: agent, at: noon + 1)
    #expect(try RevocationStore(path: folder.file()).revokedFingerprints() == [fingerprint])
    #expect(try rows(folder.file(), "SELECT * FROM revoked_keys") == [[fingerprint.hex, "mail", String(noon)]])
    let records = try allRecords(folder.file()).map(\.entry)
    #expect(records.map(\.reason) == ["the key \(fingerprint.short) was revoked"])
    #expect(records.map(\.action) == [.changed])
    #expect(try verify(folder.file()).holds)
  }

  @Test("a list that cannot be read is an error, not an empty list")
  func unreadable() throws {
    try RevocationStore(path: folder.file()).revoke(fingerprint, of: #require(AgentName("mail")), at: noon)
    try change(folder.file(), "UPDATE revoked_keys SET fingerprint = 'x'")
    #expect(throws: RevocationError.self) { try RevocationStore(path: folder.file()).revokedFingerprints() }
    try change(folder.file(), "DROP TABLE revoked_keys")
    #expect(throws: RevocationError.self) { try RevocationStore(path: folder.file()).revokedFingerprints() }
    try change(folder.file(), "PRAGMA user_version = 9000")
    #expect(throws: RevocationError.self) { try RevocationStore(path: folder.file()).revokedFingerprints() }
  }
}

@Suite struct OutboxTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func store(_ events: Set<String>) throws -> AuditStore {
    var options = StoreOptions()
    options.events = events
    return try AuditStore.open(path: folder.file(), options: options)
  }

  @Test("what webhooks want to hear of waits with its record; nothing else does")
  func rows() throws {
    let store = try store(["message_blocked", "message_flagged", "quarantine_approved"])
    var blocked = entry(1, status: .blocked)
    blocked.findings = [finding(1)]
    var flagged = entry(2)
    flagged.verdict = .flag
    for entry in [entry(0), blocked, flagged, entry(3, status: .rejected)] {
      #expect(store.commit(entry, withinMilliseconds: 10_000) == .committed)
    }
    guard case .held(let id) = store.hold(request(), with: withheld(4), withinMilliseconds: 10_000) else {
      Issue.record("not held")
      return
    }
    let reviewer = try QuarantineReviewer(path: folder.file(), events: ["quarantine_approved"])
    #expect(try reviewer.decide(id, QuarantineReview(.approve, reviewer: "anna")) == .decided)
    let queue = try OutboxQueue(path: folder.file())
    let due = try queue.due()
    #expect(due.map(\.event) == ["message_blocked", "message_flagged", "quarantine_approved"])
    #expect(due.prefix(2).map(\.record) == [blocked, flagged])
    #expect(try queue.waiting().count == 3)
    #expect(try queue.waiting().oldest == blocked.timestamp)
    try queue.remove(due[0].number)
    try queue.postpone(due[1].number, until: Timestamp.now + 3_600_000_000)
    #expect(try queue.due().map(\.event) == ["quarantine_approved"])
    #expect(try queue.due(at: .max).map(\.attempts) == [0, 1])
  }

  @Test("a store without webhooks leaves nothing to send, and a full outbox takes no more")
  func bounded() throws {
    #expect(try store([]).commit(entry(1, status: .blocked), withinMilliseconds: 10_000) == .committed)
    #expect(try OutboxQueue(path: folder.file()).due().isEmpty)
    try change(
      folder.file(),
      """
      WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < \(Outbox.capacity))
      INSERT INTO outbox(seq, event, created_at, due_at) SELECT 1, 'message_blocked', 0, 0 FROM n
      """)
    #expect(try store(["message_blocked"]).commit(entry(2, status: .blocked), withinMilliseconds: 10_000) == .committed)
    #expect(try OutboxQueue(path: folder.file()).waiting().count == Int(Outbox.capacity))
  }
}
