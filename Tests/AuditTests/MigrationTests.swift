import Guard
import Testing

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A database that the first form of the store made: 60 records of three sessions.
@Suite struct MigrationTests {
  let folder: ScratchFolder
  let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("records.db")
    let source = String(#filePath.dropLast("MigrationTests.swift".count)) + "Fixtures/records.db"
    let descriptor = open(source, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(descriptor, &bytes, bytes.count)
    try #require(count > 4096)
    try bytes[..<count].withUnsafeBytes { try PrivateFile.write($0, to: path) }
  }

  @Test("records of the first form are read before anybody has written to it")
  func readOnly() throws {
    let records = try allRecords(path)
    #expect(records.count == 60)
    #expect(try rows(path, "PRAGMA user_version") == [["1000"]])
    let reader = try AuditReader(path: path)
    #expect(try reader.quarantineItems().isEmpty)
    #expect(try reader.search("client").isEmpty)
    #expect(try reader.statistics() == AuditStatistics())
    #expect(try !verify(path).isFounded)
    #expect(try RevocationStore(path: path).revokedFingerprints().isEmpty)
  }

  @Test("a migration keeps every record as it was")
  func keeps() throws {
    let before = try allRecords(path)
    let view = try rows(path, "SELECT * FROM audit_log")
    try fill(path, 0)
    #expect(try allRecords(path) == before)
    #expect(try rows(path, "SELECT * FROM audit_log") == view)
    #expect(try rows(path, "SELECT name FROM migration") == [["records"], ["chain"], ["delivery"]])
    #expect(try rows(path, "PRAGMA integrity_check") == [["ok"]])
  }

  @Test("the chain begins behind the records that stood, and says which it does not cover")
  func chain() throws {
    try fill(path, 10)
    let report = try verify(path)
    #expect(report.holds)
    #expect(report.uncovered == 60 && report.verified == 10 && report.firstSeq == 61)
    try change(path, "DELETE FROM record WHERE seq = 61")
    #expect(try verify(path).breaks.first == ChainBreak(seq: 61, kind: .missing(through: 61)))
  }

  @Test("the counts cover the records that stood")
  func counts() throws {
    try fill(path, 25)
    try expectTrueCounts(path)
  }

  @Test("old records are found by the searches")
  func search() throws {
    try fill(path, 1)
    let reader = try AuditReader(path: path)
    #expect(try reader.search("mail", limit: 1000).count == 20)
    #expect(try reader.search("write_f", limit: 1000).map(\.entry.tool).allSatisfy { $0 == "write_file" })
    #expect(try !reader.search("write_f").isEmpty)
    #expect(try reader.search("xxxx").count == 1)
  }

  @Test("old records are removed with the others, and the chain holds from there on")
  func retention() throws {
    try fill(path, 10)
    let writer = try RecordWriter(
      path: path, busyHandler: BusyHandler(limit: .milliseconds(1000)), options: options(retentionDays: 1))
    while try writer.maintain(at: noon + 365 * 86_400_000_000) {}
    let left = try rows(path, "SELECT seq, bytes, reason FROM record")
    #expect(left == [["70", "9", nil]])
    #expect(try verify(path).holds)
    try expectTrueCounts(path)
  }

  private func options(retentionDays: Int) -> StoreOptions {
    var options = StoreOptions()
    options.retentionDays = retentionDays
    return options
  }
}

/// Holds the roll-ups against what the records say.
func expectTrueCounts(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for (span, length) in [(0, ""), (1, "timestamp / 3600000000"), (24, "timestamp / 86400000000")] {
    let start = span == 0 ? "0" : length
    #expect(
      try rows(
        path,
        "SELECT start, status, verdict, records FROM count_outcome WHERE span = \(span) AND records <> 0 ORDER BY 1, 2, 3"
      )
        == rows(path, "SELECT \(start), status, verdict, count(*) FROM record GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"),
      sourceLocation: sourceLocation)
    #expect(
      try rows(
        path, "SELECT start, agent, status, sent, received FROM count_agent WHERE span = \(span) ORDER BY 1, 2, 3")
        == rows(
          path,
          """
          SELECT \(start), agent, status, sum(sent), sum(1 - sent) FROM (
            SELECT timestamp, from_agent AS agent, status, 1 AS sent FROM record UNION ALL
            SELECT timestamp, to_agent, status, 0 FROM record) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
          """), sourceLocation: sourceLocation)
    #expect(
      try rows(path, "SELECT start, rule, findings FROM count_rule WHERE span = \(span) ORDER BY 1, 2")
        == rows(
          path, "SELECT \(start), rule, count(*) FROM finding JOIN record USING(seq) GROUP BY 1, 2 ORDER BY 1, 2"),
      sourceLocation: sourceLocation)
  }
}
