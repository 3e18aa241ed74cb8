import Guard
import Testing
import Threads

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct StoreFailureTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test("a locked database makes commits late, the store unavailable, and loses nothing")
  func locked() throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    let other = try connect(folder.file())
    try other.begin()
    #expect(store.commit(entry(1), withinMilliseconds: 20) == .late)
    #expect(eventually { !store.isAvailable })
    #expect(store.failure?.isBusy == true)
    #expect(store.enqueue(entry(2), mayWait: false) == .queued)
    try other.commit()
    #expect(eventually { store.isAvailable })
    #expect(store.commit(entry(3), withinMilliseconds: 10_000) == .committed)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == [1, 2, 3])
  }

  @Test("an outage is reported once, with its cause")
  func reportedOnce() throws {
    let reports = Reports()
    let store = AuditStore(path: folder.file(), options: impatient) { reports.add($0) }
    #expect(store.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    for _ in 0..<2 {
      let other = try connect(folder.file())
      try other.begin()
      #expect(store.commit(entry(), withinMilliseconds: 20) == .late)
      #expect(eventually { !store.isAvailable })
      usleep(200_000)
      try other.commit()
      #expect(eventually { store.isAvailable })
    }
    #expect(reports.all.map(\.operation) == ["begin", "begin"])
  }

  @Test("close ends in time under a lock and says what was lost")
  func closeUnderLock() throws {
    var options = StoreOptions()
    options.busyMilliseconds = 60_000
    let store = try AuditStore.open(path: folder.file(), options: options)
    let other = try connect(folder.file())
    try other.begin()
    for number in 0..<3 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(store.close(withinMilliseconds: 50) == CloseReport(uncommitted: 3, unrecordedLosses: 0))
    #expect(try allRecords(folder.file()).isEmpty)
    try other.commit()
  }

  @Test("close under a lock that ends in time writes everything")
  func closeAfterLock() throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    let path = folder.file()
    let begun = Flag()
    #expect(
      BackgroundThread.start {
        guard let other = try? connect(path), (try? other.begin()) != nil else { return }
        begun.raise()
        usleep(150_000)
        try? other.commit()
      })
    #expect(eventually { begun.isRaised })
    for number in 0..<3 { #expect(store.enqueue(entry(number), mayWait: false) == .queued) }
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try allRecords(folder.file()).count == 3)
  }

  @Test("a folder that cannot be used fails an open, and holds up a store until it can")
  func unusableFolder() throws {
    close(open(folder.file("state"), O_CREAT | O_WRONLY, 0o600))
    #expect(throws: DatabaseError(operation: "open", path: folder.file(), cause: .system(ENOTDIR))) {
      try AuditStore.open(path: folder.file())
    }
    let store = AuditStore(path: folder.file(), options: impatient)
    #expect(store.enqueue(entry(1), mayWait: false) == .queued)
    #expect(eventually { !store.isAvailable })
    unlink(folder.file("state"))
    #expect(eventually { store.isAvailable })
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try allRecords(folder.file()).count == 1)
  }

  @Test("a folder without write permission fails an open", .enabled(if: geteuid() != 0))
  func readOnlyFolder() throws {
    mkdir(folder.file("state"), 0o500)
    #expect(throws: DatabaseError(operation: "create", path: folder.file(), cause: .system(EACCES))) {
      try AuditStore.open(path: folder.file())
    }
  }

  @Test("when file or folder are removed, a new database is begun and a gap record says so", arguments: [true, false])
  func removed(wholeFolder: Bool) throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    #expect(store.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    if wholeFolder {
      remove(folder.file("state"))
    } else {
      for suffix in ["", "-wal", "-shm"] { unlink(folder.file() + suffix) }
    }
    #expect(store.commit(entry(2), withinMilliseconds: 10_000) == .committed)
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    let entries = try allRecords(folder.file()).map(\.entry)
    #expect(entries.map(\.action) == [.forwarded, .gap])
    #expect(entries.map(\.bytes) == [2, 0])
    #expect(entries.last?.reason == "0 records lost; the database file was removed or replaced")
    #expect(mode(folder.file()) == 0o600)
  }

  @Test("a store that outlives its file leaves the next database's log alone")
  func removedAndReplaced() throws {
    let old = try AuditStore.open(path: folder.file(), options: impatient)
    #expect(old.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    remove(folder.file("state"))
    let new = try AuditStore.open(path: folder.file(), options: impatient)
    #expect(new.commit(entry(2), withinMilliseconds: 10_000) == .committed)
    #expect(old.close(withinMilliseconds: 10_000).isComplete)
    #expect(new.commit(entry(3), withinMilliseconds: 10_000) == .committed)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == [2, 3])
  }

  @Test("a file that is no database is refused and left as it is")
  func damaged() throws {
    mkdir(folder.file("state"), 0o700)
    let text = [UInt8]("this is a letter, not a database. ".utf8)
    let descriptor = open(folder.file(), O_CREAT | O_WRONLY, 0o600)
    for _ in 0..<100 { #expect(write(descriptor, text, text.count) == text.count) }
    close(descriptor)
    #expect(throws: DatabaseError.self) { try AuditStore.open(path: folder.file()) }
    #expect(throws: DatabaseError.self) { try AuditReader(path: folder.file()) }
    var status = stat()
    #expect(stat(folder.file(), &status) == 0 && Int(status.st_size) == text.count * 100)
  }

  // @unchecked: `errors` is used with the lock held.
  private final class Reports: @unchecked Sendable {
    private let lock = Lock()
    private var errors: [DatabaseError] = []

    func add(_ error: DatabaseError) {
      lock.lock()
      errors.append(error)
      lock.unlock()
    }

    var all: [DatabaseError] {
      lock.lock()
      defer { lock.unlock() }
      return errors
    }
  }

  // @unchecked: `raised` is used with the lock held.
  private final class Flag: @unchecked Sendable {
    private let lock = Lock()
    private var raised = false

    func raise() {
      lock.lock()
      raised = true
      lock.unlock()
    }

    var isRaised: Bool {
      lock.lock()
      defer { lock.unlock() }
      return raised
    }
  }
}
