import Guard
import Testing
import Threads

@testable import Audit

@Suite struct OutboxClaimTests {
  let folder: ScratchFolder
  let store: AuditStore
  let queue: OutboxQueue

  init() throws {
    folder = try ScratchFolder()
    var options = StoreOptions()
    options.events = ["message_blocked"]
    options.notifiedRules = ["iap-002"]
    store = try AuditStore.open(path: folder.file(), options: options)
    queue = try OutboxQueue(path: folder.file())
  }

  private let both = [
    OutboxInterest(target: "chat", events: ["message_blocked"]),
    OutboxInterest(target: "pager", events: [], rules: ["iap-002"]),
  ]

  private func block(_ number: Int, rule: Int = 1, timestamp: Int64? = nil) {
    var blocked = entry(number, status: .blocked, timestamp: timestamp)
    blocked.findings = [finding(rule)]
    #expect(store.commit(blocked, withinMilliseconds: 10_000) == .committed)
  }

  @Test("each webhook is told by itself: one that is down makes no other hear twice")
  func apart() throws {
    block(1, rule: 2)
    let now = Timestamp.now
    let claimed = try queue.claim(for: both, owner: "a", at: now, lease: now + 1000)
    #expect(claimed.map(\.target) == ["chat", "pager"])
    #expect(claimed.map(\.record.findings.count) == [1, 1])
    try queue.finish(claimed[0])
    try queue.postpone(claimed[1], owner: "a", until: now + 2000)
    #expect(try queue.claim(for: both, owner: "a", at: now + 1999, lease: now + 9000).isEmpty)
    #expect(try queue.waiting().count == 1)
    let again = try queue.claim(for: both, owner: "a", at: now + 2000, lease: now + 9000)
    #expect(again.map(\.target) == ["pager"])
    #expect(again.map(\.attempts) == [1])
    try queue.finish(again[0])
    #expect(try queue.waiting().count == 0)
    #expect(try rows(folder.file(), "SELECT count(*) FROM outbox_delivery") == [["0"]])
  }

  @Test("a rule's webhook hears of its findings, whatever the verdict; nobody else does")
  func notified() throws {
    var quiet = entry(1)
    quiet.findings = [finding(2)]
    #expect(store.commit(quiet, withinMilliseconds: 10_000) == .committed)
    #expect(store.commit(entry(2), withinMilliseconds: 10_000) == .committed)
    let claimed = try queue.claim(for: both, owner: "a", lease: .max)
    #expect(claimed.map(\.target) == ["pager"])
    #expect(claimed.map(\.event) == ["rule_matched"])
    #expect(claimed.map(\.record.id) == [quiet.id])
  }

  @Test("what nobody wants to hear of is not kept")
  func unwanted() throws {
    block(1)
    #expect(try queue.claim(for: [both[1]], owner: "a", lease: .max).isEmpty)
    #expect(try queue.waiting().count == 0)
  }

  @Test("what one process has taken no other gets, until its lease is over")
  func leases() throws {
    for number in 0..<5 { block(number) }
    let other = try OutboxQueue(path: folder.file())
    let now = Timestamp.now
    let mine = try queue.claim(for: both, owner: "a", at: now, lease: now + 1000, limit: 3)
    let theirs = try other.claim(for: both, owner: "b", at: now, lease: now + 1000, limit: 3)
    #expect(mine.count == 3)
    #expect(theirs.count == 2)
    #expect(Set((mine + theirs).map(\.number)).count == 5)
    let late = try other.claim(for: both, owner: "b", at: now + 1000, lease: now + 5000)
    #expect(late.count == 5)
    // The first owner has lost them; to say that they failed has no effect, to say that they were told has.
    try queue.postpone(mine[0], owner: "a", until: now)
    #expect(try queue.claim(for: both, owner: "a", at: now + 1001, lease: now + 5000).isEmpty)
    try queue.finish(mine[1])
    #expect(try queue.waiting().count == 4)
  }

  @Test("of many processes at once each row goes to one")
  func race() throws {
    for number in 0..<40 { block(number) }
    let path = folder.file()
    let targets = both
    let tally = QuarantineTests.Tally()
    for number in 0..<4 {
      #expect(
        BackgroundThread.start {
          guard let queue = try? OutboxQueue(path: path) else { return }
          while let claimed = try? queue.claim(for: targets, owner: "\(number)", lease: .max, limit: 3),
            !claimed.isEmpty
          {
            for _ in claimed { tally.add(true) }
          }
          tally.add(false)
        })
    }
    #expect(eventually { tally.all.filter { !$0 }.count == 4 })
    #expect(tally.all.filter { $0 }.count == 40)
  }

  @Test("what is given up stands in the list of dead letters, of which the newest are kept")
  func deadLetters() throws {
    block(1)
    let delivery = try #require(try queue.claim(for: both, owner: "a", lease: .max).first)
    try queue.giveUp(delivery, problem: "HTTP status 410", at: noon)
    try queue.giveUp(delivery, problem: "again", at: noon)
    let reader = try AuditReader(path: folder.file())
    #expect(try reader.outboxState().deadLetters == 1)
    #expect(try reader.outboxState().waiting == 0)
    let letter = try #require(try reader.deadLetters().first)
    #expect(letter.target == "chat" && letter.event == "message_blocked" && letter.problem == "HTTP status 410")
    #expect(letter.record == delivery.record.id.description && letter.attempts == 1 && letter.givenUp == noon)
    try change(
      folder.file(),
      """
      WITH RECURSIVE n(i) AS (VALUES(2) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO dead_letter SELECT i, '', '', '', 0, 0, 0, '' FROM n
      """)
    block(2)
    try queue.giveUp(try #require(try queue.claim(for: both, owner: "a", lease: .max).first), problem: "last")
    #expect(try reader.outboxState().deadLetters == 1000)
    #expect(try reader.deadLetters(limit: 1).map(\.problem) == ["last"])
    #expect(try rows(folder.file(), "SELECT min(number) FROM dead_letter") == [["2"]])
  }

  @Test("what waits for a webhook that is gone from the config is given up after a day")
  func strays() throws {
    let now = Timestamp.now
    block(1, timestamp: now)
    _ = try queue.claim(for: both, owner: "a", at: now, lease: now)
    #expect(try queue.claim(for: [both[1]], owner: "a", at: now + 1, lease: now + 2).isEmpty)
    #expect(try queue.waiting().count == 1)
    try change(folder.file(), "UPDATE outbox SET created_at = created_at - 172800000000")
    _ = try queue.claim(for: [both[1]], owner: "a", at: now + 3, lease: now + 4)
    #expect(try queue.waiting().count == 0)
    #expect(try AuditReader(path: folder.file()).deadLetters().map(\.target) == ["chat"])
  }

  @Test("a row whose record is gone is forgotten with what was to be told")
  func pruned() throws {
    block(1)
    _ = try queue.claim(for: both, owner: "a", lease: 0)
    try change(folder.file(), "DELETE FROM outbox")
    #expect(try rows(folder.file(), "SELECT count(*) FROM outbox_delivery") == [["0"]])
    #expect(try queue.claim(for: both, owner: "a", lease: .max).isEmpty)
  }

  @Test("the state says since when something waits and whether anything sends")
  func state() throws {
    let reader = try AuditReader(path: folder.file())
    #expect(try reader.outboxState() == OutboxState())
    block(1)
    try queue.beat(at: noon)
    let state = try reader.outboxState()
    #expect(state.waiting == 1 && state.oldest == noon + 1000 && state.lastBeat == noon)
    #expect(state.isSending(at: noon + 59_000_000))
    #expect(!state.isSending(at: noon + 60_000_000))
    #expect(!OutboxState().isSending(at: noon))
  }
}
