#if os(Linux)
import CSQLite
import Glibc
import Guard
import Testing

@testable import Audit

/// What stands when the power fails: only what SQLite has had brought to the disk.
@Suite struct PowerCutTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  @Test(
    "a seen signature outlives a power cut, and is replayed after it; an ordinary record may be lost",
    .enabled(if: TestChild.path == nil))
  func seenSignature() throws {
    let child = try TestChild.spawn("PowerCutTests/seesSignature", path: folder.file())
    #expect(TestChild.exitStatus(child) == 0)
    // All that was written to the log and not brought to the disk is gone, and so is the index in memory.
    let log = folder.file() + "-wal"
    let synced = Int(String(decoding: fileBytes(log + ".synced") ?? [], as: UTF8.self)) ?? 0
    let written = fileBytes(log)?.count ?? 0
    try #require(synced > 0 && written > synced)
    #expect(truncate(log, off_t(synced)) == 0)
    unlink(folder.file() + "-shm")

    let records = try allRecords(folder.file()).map(\.entry.bytes)
    #expect(records == [1])
    let store = try AuditStore.open(path: folder.file())
    #expect(OnceTests.commit(store, 3, key: 1) == .repeated)
    #expect(OnceTests.commit(store, 4, key: 2) == .first)
    #expect(store.close(withinMilliseconds: 10_000).isComplete)
    #expect(try rows(folder.file(), "PRAGMA integrity_check") == [["ok"]])
    #expect(try verify(folder.file()).holds)
  }

  @Test("child: commits a signature and a record, and ends without a word", .enabled(if: TestChild.path != nil))
  func seesSignature() throws {
    let path = try #require(TestChild.path)
    try #require(SyncWatch.install(log: path + "-wal"))
    let store = try AuditStore.open(path: path)
    #expect(OnceTests.commit(store, 1, key: 1) == .first)
    #expect(store.commit(entry(2), withinMilliseconds: 10_000) == .committed)
    _exit(0)
  }
}

/// Notes how long SQLite's log was when it was last brought to the disk, in a file beside it.
private enum SyncWatch {
  // Written once, before the first database is opened; the methods are SQLite's own but for two.
  nonisolated(unsafe) static var system: UnsafeMutablePointer<sqlite3_vfs>?
  nonisolated(unsafe) static var watching = sqlite3_vfs()
  nonisolated(unsafe) static var original: UnsafePointer<sqlite3_io_methods>?
  nonisolated(unsafe) static var methods = sqlite3_io_methods()
  nonisolated(unsafe) static var note: UnsafeMutablePointer<CChar>?

  static func install(log: String) -> Bool {
    guard let found = sqlite3_vfs_find(nil) else { return false }
    note = strdup(log + ".synced")
    system = found
    watching = found.pointee
    watching.zName = UnsafePointer(strdup("watching"))
    watching.pNext = nil
    watching.xOpen = { _, name, file, flags, chosen in
      let code = SyncWatch.system?.pointee.xOpen?(SyncWatch.system, name, file, flags, chosen) ?? SQLITE_ERROR
      guard code == SQLITE_OK, flags & SQLITE_OPEN_WAL != 0, let file, let own = file.pointee.pMethods else {
        return code
      }
      SyncWatch.original = own
      SyncWatch.methods = own.pointee
      SyncWatch.methods.xSync = { file, flags in
        let code = SyncWatch.original?.pointee.xSync?(file, flags) ?? SQLITE_ERROR
        var size: sqlite3_int64 = 0
        guard code == SQLITE_OK, SyncWatch.original?.pointee.xFileSize?(file, &size) == SQLITE_OK,
          let note = SyncWatch.note
        else { return code }
        let digits = Array("\(size)".utf8)
        let descriptor = open(note, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = write(descriptor, digits, digits.count)
        close(descriptor)
        return code
      }
      file.pointee.pMethods = withUnsafePointer(to: &SyncWatch.methods) { $0 }
      return code
    }
    return sqlite3_vfs_register(&watching, 1) == SQLITE_OK
  }
}
#endif
