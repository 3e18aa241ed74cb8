import Guard
import Testing
import Threads

@testable import Audit

/// Commits that are reported instead of waited for.
@Suite struct CommitCallbackTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  /// What was reported, with the thread of the test looking on.
  // @unchecked: `stored` is used with `lock` held.
  private final class Outcomes: @unchecked Sendable {
    private let lock = Lock()
    private var stored: [SubmissionOutcome] = []
    var all: [SubmissionOutcome] { lock.withLock { stored } }
    func add(_ outcome: SubmissionOutcome) { lock.withLock { stored.append(outcome) } }
  }

  @Test("many from one thread: each is reported once, after it is committed, with what became of it")
  func many() throws {
    let store = try AuditStore.open(path: folder.file())
    let (firsts, seconds) = (Outcomes(), Outcomes())
    let entries = (0..<200).map { entry($0, timestamp: Timestamp.now) }
    for (number, entry) in entries.enumerated() {
      store.commit(submission(number, signed: number), with: entry, withinMilliseconds: 10_000, mayWait: true) {
        firsts.add($0)
      }
    }
    #expect(eventually { firsts.all.count == 200 })
    #expect(firsts.all == entries.map { .recorded($0) })
    #expect(try rows(folder.file(), "SELECT count(*) FROM record") == [["200"]])
    store.commit(
      submission(7, signed: 7), with: entry(999, timestamp: Timestamp.now), withinMilliseconds: 10_000, mayWait: true
    ) {
      seconds.add($0)
    }
    #expect(eventually { seconds.all.count == 1 })
    guard case .repeated? = seconds.all.first else {
      Issue.record("\(seconds.all)")
      return
    }
    #expect(store.close().isComplete)
    #expect(firsts.all.count == 200)
  }

  @Test("a locked database: late when its time is over, and no second word when it is written after all")
  func late() throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    let other = try connect(folder.file())
    try other.begin()
    let outcomes = Outcomes()
    for number in 0..<3 {
      store.commit(submission(number), with: entry(number), withinMilliseconds: 20, mayWait: true) { outcomes.add($0) }
    }
    #expect(eventually { outcomes.all == [.late, .late, .late] })
    try other.commit()
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(outcomes.all.count == 3)
    #expect(try rows(folder.file(), "SELECT count(*) FROM record") == [["3"]])
  }

  @Test("a store that ends reports those that wait as late, and drops what comes afterwards")
  func closed() throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    let other = try connect(folder.file())
    try other.begin()
    let (waiting, later) = (Outcomes(), Outcomes())
    store.commit(submission(1), with: entry(1), withinMilliseconds: 3_600_000, mayWait: true) { waiting.add($0) }
    #expect(!store.close(withinMilliseconds: 50).isComplete)
    #expect(eventually { waiting.all == [.late] })
    store.commit(submission(2), with: entry(2), withinMilliseconds: 3_600_000, mayWait: true) { later.add($0) }
    #expect(later.all == [.dropped])
    try other.commit()
  }
}
