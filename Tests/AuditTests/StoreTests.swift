import Guard
import Testing
import Threads

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct StoreTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("a store made without waiting takes records at once and writes them")
  func lazy() throws {
    let store = AuditStore(path: folder.file())
    #expect(store.isAvailable)
    for number in 0..<10 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == Array(0..<10))
  }

  @Test("records are flushed without a close or a commit")
  func flush() throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(store.enqueue(entry(1), mayWait: false) == .queued)
    #expect(try eventually { try allRecords(folder.file()).count == 1 })
    #expect(store.enqueue(entry(2), mayWait: false) == .queued)
    #expect(try eventually { try allRecords(folder.file()).count == 2 })
  }

  @Test("a committed record stands, after those queued before it")
  func commit() throws {
    let store = try AuditStore.open(path: folder.file())
    for number in 0..<5 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(store.commit(entry(5), withinMilliseconds: 10_000) == .committed)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == Array(0...5))
  }

  @Test("a store that is let go writes what it holds and ends")
  func letGo() throws {
    do {
      let store = try AuditStore.open(path: folder.file())
      #expect(store.enqueue(entry(1), mayWait: false) == .queued)
    }
    #expect(try eventually { try allRecords(folder.file()).count == 1 })
    // Possible only for the last connection to a file; until the store's is gone, SQLite says that it is locked.
    #expect(eventually { (try? rows(folder.file(), "PRAGMA journal_mode = DELETE")) == [["delete"]] })
  }

  @Test("after close records are dropped and counted, and a second close says the same")
  func afterClose() throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(store.close().isComplete)
    #expect(store.enqueue(entry(1), mayWait: true) == .dropped)
    #expect(store.commit(entry(2), withinMilliseconds: 1000) == .dropped)
    #expect(store.close() == CloseReport(uncommitted: 0, unrecordedLosses: 2))
  }

  @Test("records that do not fit are counted, and one gap record stands for them")
  func gap() throws {
    var options = impatient
    options.maxQueuedRows = 10
    let store = try AuditStore.open(path: folder.file(), options: options)
    let other = try connect(folder.file())
    try other.begin()
    let first = store.enqueue(entry(0), mayWait: false)
    // The writer waits with the first record by now. Coming later, it would take a part of the losses along.
    usleep(500_000)
    let outcomes = [first] + (1..<25).map { store.enqueue(entry($0), mayWait: false) }
    #expect(outcomes == [EnqueueOutcome](repeating: .queued, count: 10) + .init(repeating: .dropped, count: 15))
    try other.commit()
    #expect(store.close(withinMilliseconds: 10_000).isComplete)

    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.dropLast().map(\.bytes) == Array(0..<10))
    let gap = try #require(entries.last)
    #expect(gap.action == .gap)
    #expect(gap.status == .error)
    #expect(gap.decision == .auditUnavailable)
    #expect(gap.session == "s-1" && gap.from == "client" && gap.to == "files")
    #expect(
      gap.reason == "15 records lost; 15 because the queue was full; "
        + "from \(Timestamp.text(entry(10).timestamp)) to \(Timestamp.text(entry(24).timestamp))")
  }

  @Test("the queue is bounded by bytes too")
  func byteBound() throws {
    var options = impatient
    options.maxQueuedBytes = 10_000
    let store = try AuditStore.open(path: folder.file(), options: options)
    let other = try connect(folder.file())
    try other.begin()
    let queued = (0..<100).filter { store.enqueue(entry($0), mayWait: false) == .queued }.count
    #expect((5..<20).contains(queued))
    #expect(store.close(withinMilliseconds: 50) == CloseReport(uncommitted: queued, unrecordedLosses: 100 - queued))
  }

  @Test("a caller that may wait gets room when the writer makes some")
  func waitsForRoom() throws {
    var options = impatient
    options.maxQueuedRows = 1
    options.roomMilliseconds = 10_000
    let store = try AuditStore.open(path: folder.file(), options: options)
    let other = try connect(folder.file())
    try other.begin()
    #expect(store.enqueue(entry(1), mayWait: true) == .queued)
    let outcome = Outcome()
    #expect(BackgroundThread.start { outcome.set(store.enqueue(entry(2), mayWait: true)) })
    usleep(20_000)
    #expect(outcome.value == nil)
    try other.commit()
    #expect(eventually { outcome.value == .queued })
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try allRecords(folder.file()).count == 2)
  }

  @Test("a caller that may wait does not wait for ever")
  func waitEnds() throws {
    var options = impatient
    options.maxQueuedRows = 1
    options.roomMilliseconds = 20
    let store = try AuditStore.open(path: folder.file(), options: options)
    let other = try connect(folder.file())
    try other.begin()
    #expect(store.enqueue(entry(1), mayWait: true) == .queued)
    #expect(store.enqueue(entry(2), mayWait: true) == .dropped)
    #expect(store.commit(entry(3), withinMilliseconds: 20) == .dropped)
    try other.commit()
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try allRecords(folder.file()).map(\.entry.action) == [.forwarded, .gap])
  }

  @Test("an id that another record bears is refused alone, and a gap record says so")
  func refusedRow() throws {
    let store = try AuditStore.open(path: folder.file())
    let first = entry(1)
    var impostor = entry(2)
    impostor.id = first.id
    #expect(store.commit(first, withinMilliseconds: 10_000) == .committed)
    #expect(store.commit(impostor, withinMilliseconds: 10_000) == .dropped)
    #expect(store.commit(entry(3), withinMilliseconds: 10_000) == .committed)
    #expect(store.close().isComplete)
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.filter { $0.action == .forwarded }.map(\.bytes) == [1, 3])
    #expect(
      entries.filter { $0.action == .gap }.map { $0.reason.prefix(45) } == [
        "1 records lost; 1 refused by the database; fr"
      ])
  }

  @Test("writing a record that already stands succeeds and adds nothing")
  func standingRow() throws {
    let store = try AuditStore.open(path: folder.file())
    let first = entry(1)
    #expect(store.commit(first, withinMilliseconds: 10_000) == .committed)
    #expect(store.commit(first, withinMilliseconds: 10_000) == .committed)
    #expect(store.close().isComplete)
    #expect(try allRecords(folder.file()).count == 1)
  }

  /// One outcome, handed from thread to thread.
  // @unchecked: `stored` is used with the lock held.
  private final class Outcome: @unchecked Sendable {
    private let lock = Lock()
    private var stored: EnqueueOutcome?

    func set(_ outcome: EnqueueOutcome) {
      lock.lock()
      stored = outcome
      lock.unlock()
    }

    var value: EnqueueOutcome? {
      lock.lock()
      defer { lock.unlock() }
      return stored
    }
  }
}
