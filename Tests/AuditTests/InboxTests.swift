import Guard
import Testing
import Threads

@testable import Audit

/// A message from `client` to `files`.
func submission(
  _ number: Int = 0, id: String? = nil, attempt: Int? = nil, signed: Int? = nil,
  payload: String = "{\"content\":\"hi\"}"
) -> MessageSubmission {
  MessageSubmission(
    messageID: id ?? "m-\(number)", payload: Array(payload.utf8),
    attempt: attempt.map { .init(payloadHash: digest(5000 + $0), until: Timestamp.now + 300_000_000) },
    signedOnce: signed.map { .init(key: digest(7000 + $0), until: .max) },
    heldUntil: Timestamp.now + 3_600_000_000)
}

@Suite struct InboxTests {
  let folder: ScratchFolder
  let store: AuditStore
  let inbox: Inbox
  let files: AgentName

  init() throws {
    folder = try ScratchFolder()
    store = try AuditStore.open(path: folder.file())
    inbox = Inbox(path: folder.file())
    files = try #require(AgentName("files"))
  }

  private func submit(
    _ message: MessageSubmission, _ entry: AuditEntry, to store: AuditStore? = nil
  ) -> SubmissionOutcome {
    (store ?? self.store).commit(message, with: entry, withinMilliseconds: 10_000)
  }

  private func now(_ number: Int, to: String = "files", from: String = "client") -> AuditEntry {
    entry(number, from: from, to: to, timestamp: Timestamp.now)
  }

  @Test("an allowed message is there for its recipient alone, sealed, until it is acknowledged")
  func delivered() throws {
    let entry = now(1)
    #expect(submit(submission(1, payload: "a private word"), entry) == .recorded(entry))
    let page = try inbox.messages(for: files)
    #expect(page.messages.map(\.messageID) == ["m-1"])
    #expect(page.messages.map(\.payload) == [Array("a private word".utf8)])
    #expect(page.messages.map(\.id) == [entry.id])
    #expect(try inbox.messages(for: #require(AgentName("client"))).messages.isEmpty)
    #expect(try rows(folder.file(), "SELECT count(*) FROM inbox WHERE instr(payload, 'private') > 0") == [["0"]])
    // Read twice, after a restart too: reading takes nothing away.
    #expect(store.close().isComplete)
    #expect(try Inbox(path: folder.file()).messages(for: files) == page)
    #expect(try inbox.acknowledge("m-1", by: #require(AgentName("client"))) == .unknown)
    #expect(try inbox.acknowledge("m-1", by: files) == .acknowledged)
    #expect(try inbox.acknowledge("m-1", by: files) == .unknown)
    #expect(try inbox.messages(for: files).messages.isEmpty)
    #expect(try rows(folder.file(), "SELECT * FROM inbox_usage") == [["", "0", "0"]])
    #expect(try verify(folder.file()).holds)
  }

  @Test("messages come in their order, a page at a time")
  func pages() throws {
    for number in 0..<5 {
      _ = submit(submission(number, payload: String(repeating: "x", count: 100)), now(number))
    }
    var page = try inbox.messages(for: files, limit: 2)
    #expect(page.messages.map(\.messageID) == ["m-0", "m-1"])
    #expect(page.hasMore)
    page = try inbox.messages(for: files, after: page.messages[1].number, maximumBytes: 250)
    #expect(page.messages.map(\.messageID) == ["m-2", "m-3"])
    #expect(page.hasMore)
    // A message that alone is longer comes alone.
    #expect(try inbox.messages(for: files, maximumBytes: 1).messages.count == 1)
    let last = try inbox.messages(for: files, after: page.messages[1].number)
    #expect(last.messages.map(\.messageID) == ["m-4"])
    #expect(!last.hasMore)
    #expect(try !inbox.hasMessage(for: files, after: last.messages[0].number))
  }

  @Test("a full inbox refuses by name and lets the same message in later")
  func full() throws {
    var options = StoreOptions()
    options.inbox.messages = 2
    options.inbox.bytes = 100
    let store = try AuditStore.open(path: folder.file(), options: options)
    _ = submit(submission(1), now(1), to: store)
    let long = submission(2, payload: String(repeating: "x", count: 100))
    guard case .inboxFull(let record) = submit(long, now(2), to: store) else {
      Issue.record("room for too many bytes")
      return
    }
    #expect(record.status == .rejected && record.decision == .rateLimited && record.action == .stopped)
    _ = submit(submission(3), now(3), to: store)
    let message = submission(4, attempt: 1, signed: 1)
    guard case .inboxFull = submit(message, now(4), to: store) else {
      Issue.record("room for too many messages")
      return
    }
    // Another recipient is not affected.
    guard case .recorded = submit(submission(5), now(5, to: "other"), to: store) else {
      Issue.record("a full inbox closed another")
      return
    }
    #expect(try inbox.acknowledge("m-1", by: files) == .acknowledged)
    guard case .recorded = submit(message, now(6), to: store) else {
      Issue.record("the refused attempt used up the id or the signature")
      return
    }
    #expect(try inbox.messages(for: files).messages.map(\.messageID) == ["m-3", "m-4"])
  }

  @Test("all inboxes together are bounded too")
  func total() throws {
    var options = StoreOptions()
    options.inbox.totalMessages = 2
    let store = try AuditStore.open(path: folder.file(), options: options)
    for name in ["a", "b"] { _ = submit(submission(1), now(1, to: name), to: store) }
    guard case .inboxFull = submit(submission(1), now(1, to: "c"), to: store) else {
      Issue.record("a third message")
      return
    }
  }

  @Test("the same message again gets the first record, nothing twice; another under its id is a conflict")
  func repeatable() throws {
    let other = try AuditStore.open(path: folder.file())
    var first = now(1)
    first.findings = [finding(1)]
    let message = submission(1, attempt: 1, signed: 1)
    #expect(submit(message, first) == .recorded(first))
    // The signature was seen, and yet it is no replay: the first answer again.
    #expect(submit(message, now(2), to: other) == .earlier(first))
    guard case .conflict(let record) = submit(submission(1, attempt: 2, signed: 2), now(3), to: other) else {
      Issue.record("no conflict")
      return
    }
    #expect(record.status == .rejected && record.decision == .replayed)
    // Under another id the signature counts once; from another sender the id is free.
    guard case .repeated = submit(submission(9, attempt: 1, signed: 1), now(4)) else {
      Issue.record("no repetition")
      return
    }
    guard case .recorded = submit(submission(1, attempt: 2), now(5, from: "someone")) else {
      Issue.record("ids of two senders met")
      return
    }
    #expect(try rows(folder.file(), "SELECT count(*) FROM inbox") == [["2"]])
    #expect(try allRecords(folder.file()).count == 4)
    #expect(try verify(folder.file()).holds)
  }

  @Test("who cannot sign takes no id away from who can")
  func scopes() throws {
    guard case .recorded = submit(submission(1, attempt: 1), now(1)) else {
      Issue.record("not recorded")
      return
    }
    var signed = now(2)
    signed.signature = .verified
    #expect(submit(submission(1, attempt: 2, signed: 1), signed) == .recorded(signed))
    // The recipient tells the two apart by their own ids.
    #expect(try inbox.acknowledge("m-1", by: files) == .ambiguous)
    #expect(try inbox.acknowledge(signed.id.description, by: files) == .acknowledged)
    #expect(try inbox.acknowledge("m-1", by: files) == .acknowledged)
  }

  @Test("a message that was blocked is only recorded, and its repetition hears the same")
  func blocked() throws {
    var blocked = now(1)
    blocked.status = .blocked
    blocked.decision = .contentBlocked
    blocked.action = .stopped
    #expect(submit(submission(1, attempt: 1), blocked) == .recorded(blocked))
    #expect(submit(submission(1, attempt: 1), now(2)) == .earlier(blocked))
    #expect(try inbox.messages(for: files).messages.isEmpty)
  }

  @Test("an id is free again when its time is over, and is then forgotten")
  func forgotten() throws {
    var message = submission(1, attempt: 1)
    message.attempt?.until = Timestamp.now - 1
    _ = submit(message, now(1))
    guard case .recorded = submit(submission(1, attempt: 2), now(2)) else {
      Issue.record("an old id still counts")
      return
    }
    let writer = try RecordWriter(path: folder.file(), busyHandler: BusyHandler(limit: .milliseconds(5000)))
    _ = try writer.maintain(at: Timestamp.now + 3_600_000_000)
    #expect(try rows(folder.file(), "SELECT count(*) FROM message_seen") == [["0"]])
  }

  @Test("an attempt whose first commit was not heard of is no repetition of itself")
  func retried() throws {
    let entry = now(1)
    let message = submission(1, attempt: 1, signed: 1)
    for _ in 0..<2 { #expect(submit(message, entry) == .recorded(entry)) }
    #expect(try inbox.messages(for: files).messages.count == 1)
  }

  @Test("of racing attempts one is first, whatever store they come through", arguments: 0..<3)
  func race(_ round: Int) throws {
    let path = folder.file()
    let (firsts, others) = (QuarantineTests.Tally(), QuarantineTests.Tally())
    for number in 0..<8 {
      #expect(
        BackgroundThread.start {
          guard let store = try? AuditStore.open(path: path) else { return }
          // Four send one text under the id, four another.
          let outcome = store.commit(
            submission(1, attempt: number % 2, signed: number % 2), with: entry(number, timestamp: Timestamp.now),
            withinMilliseconds: 10_000)
          if case .recorded = outcome { firsts.add(true) } else { firsts.add(false) }
          switch outcome {
          case .earlier, .conflict: others.add(true)
          default: others.add(false)
          }
          _ = store.close()
        })
    }
    #expect(eventually { others.all.count == 8 })
    #expect(firsts.all.filter { $0 }.count == 1)
    #expect(others.all.filter { $0 }.count == 7)
    #expect(try inbox.messages(for: files).messages.count == 1)
    #expect(try verify(path).holds)
  }

  @Test("a quarantined message is delivered by its approval, in the review's transaction, once")
  func approved() throws {
    guard case .recorded(let held) = submit(submission(1, attempt: 1, payload: "withheld"), withheld(1)) else {
      Issue.record("not held")
      return
    }
    let item = try #require(held.quarantineItem)
    #expect(try inbox.messages(for: files).messages.isEmpty)
    let reviewer = try QuarantineReviewer(path: folder.file())
    #expect(try reviewer.decide(item, QuarantineReview(.approve, reviewer: "anna")) == .decided)
    #expect(
      try reviewer.decide(item, QuarantineReview(.reject, reviewer: "otto")) == .alreadyDecided(.consumed))
    let messages = try inbox.messages(for: files).messages
    #expect(messages.map(\.messageID) == ["m-1"])
    #expect(messages.map(\.payload) == [Array("withheld".utf8)])
    #expect(messages.map(\.id) == [item])
    let records = try allRecords(folder.file()).map(\.entry)
    #expect(records.map(\.action) == [.stopped, .reviewed, .forwarded])
    #expect(records.map(\.from) == ["client", "anna", "client"])
    #expect(records.map(\.quarantineItem) == [item, item, item])
    #expect(records.last?.decision == .quarantineApproved)
    // A repetition hears that it is quarantined, as the first did.
    #expect(submit(submission(1, attempt: 1), now(2)) == .earlier(held))
    // Its time is over: that takes back nothing.
    let writer = try RecordWriter(path: folder.file(), busyHandler: BusyHandler(limit: .milliseconds(5000)))
    _ = try writer.maintain(at: Timestamp.now + 7_200_000_000)
    #expect(try inbox.messages(for: files).messages.count == 1)
    #expect(try verify(folder.file()).holds)
  }

  @Test("a message that is rejected, or runs out of time, is never delivered")
  func neverDelivered() throws {
    guard case .recorded(let first) = submit(submission(1), withheld(1)),
      case .recorded(let second) = submit(submission(2), withheld(2)),
      let rejected = first.quarantineItem, let expired = second.quarantineItem
    else {
      Issue.record("not held")
      return
    }
    let reviewer = try QuarantineReviewer(path: folder.file())
    #expect(try reviewer.decide(rejected, QuarantineReview(.reject, reviewer: "anna")) == .decided)
    let late = QuarantineReview(.approve, reviewer: "anna", moment: Timestamp.now + 7_200_000_000)
    #expect(try reviewer.decide(expired, late) == .alreadyDecided(.expired))
    #expect(try reviewer.decide(rejected, QuarantineReview(.approve, reviewer: "anna")) == .alreadyDecided(.rejected))
    #expect(try inbox.messages(for: files).messages.isEmpty)
    #expect(try verify(folder.file()).holds)
  }

  @Test("a quarantine without room blocks, and says so")
  func quarantineFull() throws {
    let big = String(repeating: "x", count: QuarantineItem.maximumPayload + 1)
    guard case .recorded(let blocked) = submit(submission(1, payload: big), withheld(1)) else {
      Issue.record("not recorded")
      return
    }
    #expect(blocked.status == .blocked && blocked.decision == .contentBlocked && blocked.quarantineItem == nil)
  }

  @Test("what is given out to be sent is given to one process at a time, and again when that one is gone")
  func pushing() throws {
    for number in 1...3 { _ = submit(submission(number), now(number)) }
    let other = Inbox(path: folder.file())
    let moment = Timestamp.now
    let mine = try inbox.claim(for: files, owner: "a", at: moment, lease: moment + 1000, limit: 2)
    #expect(mine.map(\.messageID) == ["m-1", "m-2"])
    #expect(
      try other.claim(for: files, owner: "b", at: moment, lease: moment + 1000, limit: 9).map(\.messageID) == ["m-3"])
    try inbox.finish(mine[0])
    try inbox.postpone(mine[1], owner: "b", until: moment)
    // Not b's to postpone; after the lease it is anybody's.
    #expect(try other.claim(for: files, owner: "b", at: moment + 999, lease: moment + 5000, limit: 9).isEmpty)
    let again = try other.claim(for: files, owner: "b", at: moment + 1000, lease: moment + 5000, limit: 9)
    #expect(again.map(\.messageID) == ["m-2", "m-3"])
    try other.postpone(again[0], owner: "b", until: moment + 2000)
    #expect(try inbox.claim(for: files, owner: "a", at: moment + 1999, lease: moment + 9000, limit: 9).isEmpty)
    #expect(
      try inbox.claim(for: files, owner: "a", at: moment + 2000, lease: moment + 9000, limit: 9).map(\.attempts) == [1])
  }

  @Test("a recipient's signature counts once across processes")
  func onceRead() throws {
    #expect(try inbox.noteOnce(digest(1), until: .max))
    #expect(try !Inbox(path: folder.file()).noteOnce(digest(1), until: .max))
  }
}
