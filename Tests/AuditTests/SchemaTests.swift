import Guard
import Testing

@testable import Audit

@Suite struct SchemaTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private let added = Migration(
    version: SchemaVersion(major: 2, minor: 900), name: "added", sql: "CREATE TABLE added(x); ALTER TABLE record ADD y")

  @Test("a new database names its migrations and its version")
  func names() throws {
    _ = try AuditStore.open(path: folder.file()).close()
    #expect(
      try rows(folder.file(), "SELECT version, name FROM migration") == [
        ["1000", "records"], ["2000", "chain"], ["2001", "delivery"],
      ])
    #expect(try rows(folder.file(), "PRAGMA user_version") == [["2001"]])
    #expect(try rows(folder.file(), "PRAGMA application_id") == [["1869313139"]])
    #expect(try rows(folder.file(), "PRAGMA auto_vacuum") == [["2"]])
    #expect(try rows(folder.file(), "PRAGMA journal_mode") == [["wal"]])
  }

  @Test("an older database gets the missing migrations and keeps its records")
  func upgrade() throws {
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    _ = store.close()
    let database = try connect(folder.file())
    let newer = Schema(migrations: Migration.all + [added])
    try newer.prepareForWriting(database)
    try newer.prepareForWriting(database)
    #expect(try rows(folder.file(), "SELECT name FROM migration") == [["records"], ["chain"], ["delivery"], ["added"]])
    #expect(try allRecords(folder.file()).count == 1)
  }

  @Test("a newer minor version is written to and read")
  func newerMinor() throws {
    try Schema(migrations: Migration.all + [added]).prepareForWriting(connect(folder.file()))
    let store = try AuditStore.open(path: folder.file())
    #expect(store.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    #expect(try allRecords(folder.file()).count == 1)
    #expect(try rows(folder.file(), "PRAGMA user_version") == [["2900"]])
  }

  @Test("a newer major version is refused and left as it is")
  func newerMajor() throws {
    _ = try AuditStore.open(path: folder.file()).close()
    try connect(folder.file()).execute("PRAGMA user_version = 3000", operation: "test")
    let refusal = DatabaseError.Cause.newerSchema(major: 3, known: 2)
    #expect(throws: DatabaseError(operation: "write", path: folder.file(), cause: refusal)) {
      try AuditStore.open(path: folder.file())
    }
    #expect(throws: DatabaseError(operation: "read", path: folder.file(), cause: refusal)) {
      try AuditReader(path: folder.file())
    }
    #expect(try rows(folder.file(), "PRAGMA user_version") == [["3000"]])
  }

  @Test("a writer that sees a newer major appear stops writing and says so")
  func newerMajorAppears() throws {
    let store = try AuditStore.open(path: folder.file(), options: impatient)
    #expect(store.commit(entry(1), withinMilliseconds: 10_000) == .committed)
    try connect(folder.file()).execute("PRAGMA user_version = 3000", operation: "test")
    #expect(store.commit(entry(2), withinMilliseconds: 200) == .late)
    #expect(eventually { store.failure?.cause == .newerSchema(major: 3, known: 2) })
    #expect(store.close(withinMilliseconds: 100) == CloseReport(uncommitted: 1, unrecordedLosses: 0))
    #expect(try rows(folder.file(), "SELECT count(*) FROM record") == [["1"]])
  }

  @Test("another program's database is refused and left as it is")
  func notOurs() throws {
    let database = try connect(folder.file())
    try database.execute("CREATE TABLE theirs(x)", operation: "test")
    #expect(throws: DatabaseError(operation: "open", path: folder.file(), cause: .notOurs)) {
      try AuditStore.open(path: folder.file())
    }
    #expect(try rows(folder.file(), "SELECT name FROM sqlite_schema") == [["theirs"]])
    #expect(try rows(folder.file(), "PRAGMA journal_mode") == [["delete"]])
  }

  @Test("a failing migration leaves nothing behind")
  func failingMigration() throws {
    let broken = Migration(
      version: SchemaVersion(major: 2, minor: 900), name: "broken", sql: "CREATE TABLE half(x); CREATE TABLE record(x)")
    let database = try connect(folder.file())
    #expect(throws: DatabaseError.self) {
      try Schema(migrations: Migration.all + [broken]).prepareForWriting(database)
    }
    #expect(try rows(folder.file(), "SELECT count(*) FROM sqlite_schema") == [["0"]])
    #expect(throws: DatabaseError(operation: "read", path: folder.file(), cause: .empty)) {
      try AuditReader(path: folder.file())
    }
  }
}
