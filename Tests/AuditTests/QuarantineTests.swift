import Guard
import Testing
import Threads

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func approvalKey(_ number: Int = 0) -> ApprovalKey { ApprovalKey(digest: digest(1000 + number)) }

func request(
  _ number: Int = 0, payload: String = "{\"method\":\"tools/call\"}", kind: QuarantineItem.Kind = .request,
  expires: Int64 = Timestamp.now + 3_600_000_000
) -> QuarantineItem {
  QuarantineItem(kind: kind, key: approvalKey(number), payload: Array(payload.utf8), expires: expires)
}

func withheld(_ number: Int = 0) -> AuditEntry {
  var held = entry(number, status: .quarantined, timestamp: Timestamp.now)
  held.decision = .contentQuarantined
  held.verdict = .quarantine
  held.action = .stopped
  held.findings = [finding(1)]
  return held
}

@Suite struct QuarantineTests {
  let folder: ScratchFolder
  let store: AuditStore

  init() throws {
    folder = try ScratchFolder()
    store = try AuditStore.open(path: folder.file())
  }

  @discardableResult
  private func hold(_ item: QuarantineItem, _ entry: AuditEntry = withheld()) throws -> EventID {
    let outcome = store.hold(item, with: entry, withinMilliseconds: 10_000)
    guard case .held(let id) = outcome else { throw Failure(text: "\(outcome)") }
    return id
  }

  private func decide(_ id: EventID, _ decision: QuarantineReview.Decision) throws -> QuarantineReviewer.Outcome {
    try QuarantineReviewer(path: folder.file()).decide(
      id, QuarantineReview(decision, reviewer: "anna", reason: "known tool"))
  }

  private func item(_ id: EventID) throws -> QuarantineListing {
    guard case .found(let item) = try AuditReader(path: folder.file()).quarantineItem(idPrefix: id.description) else {
      throw Failure(text: "no item \(id)")
    }
    return item
  }

  @Test("a withheld request waits, with its record in the chain and its bytes encrypted")
  func held() throws {
    let secret = "the words that were withheld"
    let entry = withheld()
    let id = try hold(request(payload: secret), entry)
    #expect(id == entry.id)
    let item = try item(id)
    #expect(item.state == .pending && item.kind == .request && item.timesHeld == 1)
    #expect(item.payloadBytes == secret.utf8.count)
    #expect(item.record.quarantineItem == id && item.record.status == .quarantined)
    #expect(item.record.findings == entry.findings)
    #expect(try AuditReader(path: folder.file()).payload(of: id) == Array(secret.utf8))
    #expect(mode(folder.file() + ".quarantine.key") == 0o600)
    #expect(store.close().isComplete)
    for suffix in ["", "-wal"] {
      let bytes = fileBytes(folder.file() + suffix) ?? []
      #expect(!String(decoding: bytes, as: UTF8.self).contains("the words that"))
    }
    #expect(try verify(folder.file()).holds)
  }

  @Test("an approval lets one request with its key pass, once")
  func approved() throws {
    let id = try hold(request(1))
    #expect(!store.mayHaveApprovals)
    #expect(store.takeApproval(for: approvalKey(1)) == nil)
    #expect(try decide(id, .approve) == .decided)
    #expect(store.mayHaveApprovals)
    #expect(store.takeApproval(for: approvalKey(2)) == nil)
    #expect(store.takeApproval(for: approvalKey(1)) == Approval(item: id, grant: .passRequest))
    #expect(store.takeApproval(for: approvalKey(1)) == nil)
    #expect(try item(id).state == .consumed)
    #expect(try AuditReader(path: folder.file()).payload(of: id) == nil)
  }

  @Test("the approval of a result hands out the stored bytes, and comes before one to pass")
  func approvedResult() throws {
    let pass = try hold(request(1), withheld(1))
    let result = try hold(request(1, payload: "{\"content\":[]}", kind: .result), withheld(2))
    #expect(pass != result)
    #expect(try decide(pass, .approve) == .decided)
    #expect(try decide(result, .approve) == .decided)
    #expect(
      store.takeApproval(for: approvalKey(1))
        == Approval(item: result, grant: .storedResult(Array("{\"content\":[]}".utf8))))
    #expect(store.takeApproval(for: approvalKey(1)) == Approval(item: pass, grant: .passRequest))
    #expect(store.takeApproval(for: approvalKey(1)) == nil)
  }

  @Test("a review is a record of its own, from the reviewer, about the call")
  func reviewRecord() throws {
    let entry = withheld()
    let id = try hold(request(), entry)
    #expect(try decide(id, .reject) == .decided)
    let review = try #require(try allRecords(folder.file()).last).entry
    #expect(review.action == .reviewed && review.decision == .quarantineRejected && review.status == .rejected)
    #expect(review.from == "anna" && review.to == "files" && review.reason == "rejected: known tool")
    #expect(review.method == entry.method && review.tool == entry.tool && review.contentHash == entry.contentHash)
    #expect(review.quarantineItem == id)
    let item = try item(id)
    #expect(item.state == .rejected && item.reviewer == "anna" && item.reason == "known tool")
    #expect(item.decided == review.timestamp)
    #expect(try AuditReader(path: folder.file()).payload(of: id) == nil)
    #expect(try verify(folder.file()).holds)
  }

  @Test("what was rejected never passes, and what was decided is not decided again")
  func rejected() throws {
    let id = try hold(request())
    #expect(try decide(id, .reject) == .decided)
    #expect(try decide(id, .approve) == .alreadyDecided(.rejected))
    #expect(try decide(id, .reject) == .alreadyDecided(.rejected))
    #expect(store.takeApproval(for: approvalKey()) == nil)
    #expect(try decide(entry().id, .approve) == .unknown)
    #expect(try rows(folder.file(), "SELECT count(*) FROM record WHERE action = 4") == [["1"]])
  }

  @Test("an item whose time has run out is expired for everybody, before and after that is written down")
  func expired() throws {
    let undecided = try hold(request(1, expires: Timestamp.now + 300_000), withheld(1))
    let unused = try hold(request(2, expires: Timestamp.now + 300_000), withheld(2))
    #expect(try decide(unused, .approve) == .decided)
    usleep(350_000)
    #expect(store.takeApproval(for: approvalKey(2)) == nil)
    #expect(try item(undecided).state == .expired)
    #expect(try item(unused).state == .expired)
    #expect(try decide(undecided, .approve) == .alreadyDecided(.expired))
    let writer = try RecordWriter(path: folder.file(), busyHandler: BusyHandler(limit: .milliseconds(5000)))
    #expect(try !writer.maintain(at: Timestamp.now))
    #expect(try item(undecided).state == .expired)
    #expect(try decide(undecided, .approve) == .alreadyDecided(.expired))
    let reasons = try rows(folder.file(), "SELECT reason FROM record WHERE action = 4 ORDER BY seq")
    #expect(
      reasons == [["approved: known tool"], ["nobody decided in time"], ["the approval was not used in time"]])
    #expect(try verify(folder.file()).holds)
  }

  @Test("a store that is idle writes down what expired")
  func expiresByItself() throws {
    var options = StoreOptions()
    options.maintenanceMilliseconds = 50
    let idle = try AuditStore.open(path: folder.file(), options: options)
    try hold(request(expires: Timestamp.now + 200_000))
    #expect(try eventually { try rows(folder.file(), "SELECT state FROM quarantine") == [["3"]] })
    #expect(idle.close().isComplete)
  }

  @Test("the same request that comes again while it waits is the same item")
  func repetition() throws {
    let first = try hold(request(1), withheld(1))
    let again = withheld(2)
    #expect(try hold(request(1), again) == first)
    #expect(try hold(request(2), withheld(3)) != first)
    #expect(try item(first).timesHeld == 2)
    guard
      case .found(let found) = try AuditReader(path: folder.file()).quarantineItem(idPrefix: again.id.description)
    else {
      Issue.record("the record does not lead to its item")
      return
    }
    #expect(found.id == first)
    // Once decided, a new one waits anew.
    #expect(try decide(first, .reject) == .decided)
    #expect(try hold(request(1), withheld(4)) != first)
  }

  @Test("results are the same only with the same bytes")
  func repeatedResult() throws {
    let first = try hold(request(1, payload: "a", kind: .result), withheld(1))
    #expect(try hold(request(1, payload: "a", kind: .result), withheld(2)) == first)
    #expect(try hold(request(1, payload: "b", kind: .result), withheld(3)) != first)
  }

  @Test("what is too large is blocked, and the record says why")
  func tooLarge() throws {
    var large = request()
    large.payload = [UInt8](repeating: 0x41, count: QuarantineItem.maximumPayload + 1)
    #expect(store.hold(large, with: withheld(), withinMilliseconds: 10_000) == .blocked(.committed))
    let record = try #require(try allRecords(folder.file()).last).entry
    #expect(record.status == .blocked && record.decision == .contentBlocked && record.quarantineItem == nil)
    #expect(record.reason == "not held: it is larger than 4 MiB")
    large.payload.removeLast()
    try hold(large)
  }

  @Test("a full quarantine blocks")
  func full() throws {
    try change(
      folder.file(),
      """
      WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO quarantine(id, seq, kind, state, payload_hash, payload_bytes, created_at, expires_at, times_held)
      SELECT printf('%020d', i), 1000000, 0, 0, x'', 0, 0, \(Int64.max), 1 FROM n
      """)
    #expect(store.hold(request(), with: withheld(), withinMilliseconds: 10_000) == .blocked(.committed))
    try change(folder.file(), "UPDATE quarantine SET state = 2 WHERE number = 1")
    try hold(request())
    try change(folder.file(), "UPDATE quarantine SET payload_bytes = 67108864 WHERE number = 2")
    try change(folder.file(), "UPDATE quarantine SET state = 2 WHERE number = 3")
    #expect(store.hold(request(5), with: withheld(5), withinMilliseconds: 10_000) == .blocked(.committed))
  }

  @Test("a payload that was put into another item's place grants nothing")
  func swapped() throws {
    let good = try hold(request(1, payload: "good", kind: .result), withheld(1))
    let bad = try hold(request(2, payload: "evil", kind: .result), withheld(2))
    try change(
      folder.file(),
      "UPDATE quarantine SET payload = (SELECT payload FROM quarantine WHERE id = '\(bad)') WHERE id = '\(good)'")
    #expect(try decide(good, .approve) == .decided)
    #expect(store.takeApproval(for: approvalKey(1)) == nil)
    #expect(try AuditReader(path: folder.file()).payload(of: good) == nil)
  }

  @Test("an approval without a review in the trail is found by a verification")
  func forgedApproval() throws {
    let id = try hold(request())
    try change(folder.file(), "UPDATE quarantine SET state = 1")
    #expect(try verify(folder.file()).breaks == [ChainBreak(seq: 1, kind: .unrecordedReview(id.description))])
  }

  @Test("of many reviews at once exactly one wins, and so does one of many uses", arguments: 0..<5)
  func race(_ round: Int) throws {
    let id = try hold(request(round), withheld(round))
    let path = folder.file()
    let (reviews, grants) = (Tally(), Tally())
    for number in 0..<8 {
      #expect(
        BackgroundThread.start {
          let outcome = try? QuarantineReviewer(path: path).decide(
            id, QuarantineReview(.approve, reviewer: "r\(number)"))
          reviews.add(outcome == .decided)
        })
    }
    #expect(eventually { reviews.all.count == 8 })
    #expect(reviews.all.filter { $0 }.count == 1)
    for _ in 0..<8 {
      #expect(BackgroundThread.start { grants.add(Approvals(path: path).take(approvalKey(round)) != nil) })
    }
    #expect(eventually { grants.all.count == 8 })
    #expect(grants.all.filter { $0 }.count == 1)
    #expect(try rows(path, "SELECT count(*) FROM record WHERE action = 4") == [["1"]])
  }

  @Test("an approval is seen by other stores at once, and after a missing signal within a second")
  func signal() throws {
    let other = try AuditStore.open(path: folder.file())
    #expect(!other.mayHaveApprovals)
    let id = try hold(request(1), withheld(1))
    #expect(try decide(id, .approve) == .decided)
    #expect(other.mayHaveApprovals)
    #expect(other.takeApproval(for: approvalKey(1)) != nil)
    #expect(eventually { !other.mayHaveApprovals })
    let silent = try hold(request(2), withheld(2))
    let state = ApprovalSignal(beside: folder.file()).state
    try change(folder.file(), "UPDATE quarantine SET state = 1 WHERE id = '\(silent)'")
    #expect(ApprovalSignal(beside: folder.file()).state == state)
    #expect(eventually { other.mayHaveApprovals })
  }

  @Test("a key that was lost is replaced; what was sealed with the old one is no longer shown")
  func lostKey() throws {
    let old = try hold(request(1), withheld(1))
    #expect(store.close().isComplete)
    unlink(folder.file() + ".quarantine.key")
    let next = try AuditStore.open(path: folder.file())
    guard case .held(let new) = next.hold(request(2), with: withheld(2), withinMilliseconds: 10_000) else {
      Issue.record("not held")
      return
    }
    let reader = try AuditReader(path: folder.file())
    #expect(try reader.payload(of: old) == nil)
    #expect(try reader.payload(of: new) != nil)
  }

  @Test("items are listed by state, newest first, and found by the beginning of their id")
  func listing() throws {
    let ids = try (0..<5).map { try hold(request($0), withheld($0)) }
    #expect(try decide(ids[1], .approve) == .decided)
    #expect(try decide(ids[2], .reject) == .decided)
    let reader = try AuditReader(path: folder.file())
    #expect(try reader.quarantineItems().map(\.id) == ids.reversed())
    #expect(try reader.quarantineItems(.pending).map(\.id) == [ids[4], ids[3], ids[0]])
    #expect(try reader.quarantineItems(.approved).map(\.id) == [ids[1]])
    #expect(try reader.quarantineItems(limit: 2).count == 2)
    #expect(try reader.quarantineCounts() == [.pending: 3, .approved: 1, .rejected: 1])
    #expect(try reader.quarantineItem(idPrefix: "zz") == .none)
    #expect(try reader.quarantineItem(idPrefix: String(ids[0].description.prefix(2))) == .ambiguous(ids))
    let decided = try rows(
      folder.file(),
      "SELECT status, to_agent, reviewer FROM quarantine_queue WHERE reviewer IS NOT NULL ORDER BY status")
    #expect(decided == [["approved", "files", "anna"], ["rejected", "files", "anna"]])
  }

  @Test("a locked database makes a hold late, and the item still waits afterwards")
  func late() throws {
    let impatientStore = try AuditStore.open(path: folder.file(), options: impatient)
    let other = try connect(folder.file())
    try other.begin()
    #expect(impatientStore.hold(request(), with: withheld(), withinMilliseconds: 30) == .late)
    try other.commit()
    #expect(try eventually { try AuditReader(path: folder.file()).quarantineItems().count == 1 })
  }

  // @unchecked: `values` is used with the lock held.
  final class Tally: @unchecked Sendable {
    private let lock = Lock()
    private var values: [Bool] = []

    func add(_ value: Bool) {
      lock.lock()
      values.append(value)
      lock.unlock()
    }

    var all: [Bool] {
      lock.lock()
      defer { lock.unlock() }
      return values
    }
  }
}
