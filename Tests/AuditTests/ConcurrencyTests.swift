import Guard
import Testing
import Threads

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ConcurrencyTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("eight stores on one fresh database lose nothing and keep their own order")
  func eightStores() throws {
    // A busy disk must not make a row wait in vain for room: what is refused is no loss of the store's.
    var options = StoreOptions()
    options.roomMilliseconds = 60_000
    let stores = (0..<8).map { _ in AuditStore(path: folder.file(), options: options) }
    let reports = ReportList()
    for (number, store) in stores.enumerated() {
      #expect(
        BackgroundThread.start {
          for row in 0..<1500 { _ = store.enqueue(entry(row, session: "store-\(number)"), mayWait: true) }
          reports.add(store.close(withinMilliseconds: 60_000))
        })
    }
    #expect(eventually { reports.all.count == 8 })
    #expect(reports.all.allSatisfy { $0.isComplete })
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.count == 12_000)
    for number in 0..<8 {
      #expect(entries.filter { $0.session == "store-\(number)" }.map(\.bytes) == Array(0..<1500))
    }
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
    #expect(try rows(folder.file(), "SELECT count(*) FROM migration") == [["3"]])
  }

  @Test("a reader sees whole commits while stores write")
  func readerBesideWriter() throws {
    let store = try AuditStore.open(path: folder.file())
    let reader = try AuditReader(path: folder.file())
    var cursor: Int64 = 0
    var seen: [Int] = []
    for row in 0..<3000 {
      #expect(store.enqueue(entry(row), mayWait: true) == .queued)
      guard row % 500 == 0 else { continue }
      let new = try reader.records(after: cursor)
      seen += new.map(\.entry.bytes)
      cursor = new.last?.cursor ?? cursor
    }
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    while case let new = try reader.records(after: cursor), let last = new.last {
      seen += new.map(\.entry.bytes)
      cursor = last.cursor
    }
    #expect(seen == Array(0..<3000))
  }

  // @unchecked: `reports` is used with the lock held.
  private final class ReportList: @unchecked Sendable {
    private let lock = Lock()
    private var reports: [CloseReport] = []

    func add(_ report: CloseReport) {
      lock.lock()
      reports.append(report)
      lock.unlock()
    }

    var all: [CloseReport] {
      lock.lock()
      defer { lock.unlock() }
      return reports
    }
  }
}

#if os(Linux)
/// The test program runs itself again as a child, with one test chosen and its database in the environment.
@Suite struct ChildProcessTests {
  static var childPath: String? { TestChild.path }

  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func spawn(_ test: String) throws -> pid_t { try TestChild.spawn(test, path: folder.file()) }
  private func exitStatus(_ child: pid_t) -> Int32 { TestChild.exitStatus(child) }

  @Test("processes that open a fresh database at once all write to it", .enabled(if: childPath == nil))
  func processes() throws {
    let children = try (0..<4).map { _ in try spawn("ChildProcessTests/writesAsChild") }
    #expect(children.map { exitStatus($0) } == [0, 0, 0, 0])
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.count == 2000)
    #expect(Set(entries.map(\.session)) == Set(children.map { "child-\($0)" }))
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
  }

  @Test("a full disk holds records back, and they are written when there is room", .enabled(if: childPath == nil))
  func fullDisk() throws {
    let child = try spawn("ChildProcessTests/fillsDiskAsChild")
    #expect(exitStatus(child) == 0)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == Array(0..<2000))
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
  }

  @Test("child: writes 500 records", .enabled(if: childPath != nil))
  func writesAsChild() throws {
    let store = AuditStore(path: try #require(Self.childPath))
    for number in 0..<500 {
      #expect(store.enqueue(entry(number, session: "child-\(getpid())"), mayWait: true) == .queued)
    }
    #expect(store.close(withinMilliseconds: 60_000).isComplete)
  }

  @Test("child: runs into a file size limit and out of it", .enabled(if: childPath != nil))
  func fillsDiskAsChild() throws {
    signal(SIGXFSZ, SIG_IGN)
    let store = try AuditStore.open(path: try #require(Self.childPath), options: impatient)
    #expect(store.commit(entry(0), withinMilliseconds: 10_000) == .committed)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let unlimited = limit
    limit.rlim_cur = 256 * 1024
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    for number in 1..<2000 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(eventually { !store.isAvailable })
    usleep(100_000)
    limit = unlimited
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #expect(eventually { store.isAvailable })
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
  }
}
#endif
