import Guard
import Testing
import Threads

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

#if os(Linux)
/// Outages that last longer than the queue: what is lost is counted and said, what waits waits for a bounded time.
@Suite struct OutageTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(
    "a full disk and a full queue: observe counts what it drops and writes one gap; enforce waits, within its bound",
    .enabled(if: TestChild.path == nil))
  func fullDisk() throws {
    let child = try TestChild.spawn("OutageTests/outlastsQueue", path: folder.file())
    #expect(TestChild.exitStatus(child) == 0)
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.filter { $0.action == .forwarded }.map(\.bytes) == Array(0...20) + [999])
    let gaps = entries.filter { $0.action == .gap }
    #expect(gaps.count == 1)
    #expect(gaps.first?.reason.hasPrefix("31 records lost; 31 because the queue was full") == true)
    #expect(try verify(folder.file()).holds)
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
  }

  @Test("child: fills disk and queue, then gets room", .enabled(if: TestChild.path != nil))
  func outlastsQueue() throws {
    signal(SIGXFSZ, SIG_IGN)
    var options = impatient
    options.maxQueuedRows = 20
    options.roomMilliseconds = 30
    let store = try AuditStore.open(path: try #require(TestChild.path), options: options)
    #expect(store.commit(entry(0), withinMilliseconds: 10_000) == .committed)
    setFileLimit(4096)
    for number in 1...20 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(eventually { !store.isAvailable })
    for number in 100..<130 { #expect(store.enqueue(entry(number), mayWait: false) == .dropped) }
    // Returns at all: the wait has an end.
    #expect(store.enqueue(entry(200), mayWait: true) == .dropped)
    setFileLimit(nil)
    #expect(eventually { store.isAvailable })
    #expect(store.commit(entry(999), withinMilliseconds: 10_000) == .committed)
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
  }

  /// Nil takes the limit away.
  private func setFileLimit(_ size: rlim_t?) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = size ?? limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  }

  @Test("of two processes with one signature exactly one is the first", .enabled(if: TestChild.path == nil))
  func race() throws {
    // The database is made first, so that what they race for is the signature.
    #expect(try AuditStore.open(path: folder.file()).close().isComplete)
    for _ in 0..<3 {
      let children = try (0..<2).map { _ in try TestChild.spawn("OutageTests/presentsSignatures", path: folder.file()) }
      #expect(children.map { TestChild.exitStatus($0) } == [0, 0])
    }
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.count == 6 * 50)
    for number in 0..<50 {
      let attempts = entries.filter { $0.bytes == number }
      #expect(
        attempts.map(\.decision).sorted { $0.rawValue < $1.rawValue } == [.allow]
          + Array(repeating: .replayed, count: 5))
    }
    #expect(try verify(folder.file()).holds)
  }

  @Test("child: presents fifty signatures", .enabled(if: TestChild.path != nil))
  func presentsSignatures() throws {
    let store = try AuditStore.open(path: try #require(TestChild.path))
    for number in 0..<50 {
      let outcome = OnceTests.commit(store, number, key: number)
      #expect(outcome == .first || outcome == .repeated)
    }
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
  }
}
#endif
