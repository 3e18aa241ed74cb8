import Guard
import Testing

@testable import Audit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RetentionTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private static let day: Int64 = 86_400_000_000

  private func write(_ entries: [AuditEntry]) throws {
    let store = try AuditStore.open(path: folder.file())
    for entry in entries { #expect(store.enqueue(entry, mayWait: true) == .queued) }
    #expect(store.close(withinMilliseconds: 60_000).isComplete)
  }

  /// Keeps `days` days, seen from `days` days after `noon` and `hours` hours.
  private func prune(hours: Int64, days: Int = 3) throws {
    var options = StoreOptions()
    options.retentionDays = days
    let writer = try RecordWriter(
      path: folder.file(), busyHandler: BusyHandler(limit: .milliseconds(5000)), options: options)
    while try writer.maintain(at: noon + Int64(days) * Self.day + hours * 3_600_000_000) {}
  }

  private func hourly(_ count: Int) -> [AuditEntry] {
    (0..<count).map { number in
      var new = entry(
        number, from: number % 2 == 0 ? "client" : "files", to: number % 2 == 0 ? "files" : "client",
        status: number % 3 == 0 ? .blocked : .delivered, timestamp: noon + Int64(number) * 3_600_000_000)
      if number % 3 == 0 { new.findings = [finding(number % 2), finding(3)] }
      return new
    }
  }

  @Test("old records go, the newer ones, their counts and their chain stay")
  func prunes() throws {
    try write(hourly(100))
    try prune(hours: 60)
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == Array(60..<100))
    #expect(try rows(folder.file(), "SELECT count(*) FROM finding WHERE seq <= 60") == [["0"]])
    let report = try verify(folder.file())
    #expect(report.holds && report.firstSeq == 61 && report.verified == 40)
    try expectTrueCounts(folder.file())
    // And again, and on with new records.
    try prune(hours: 80)
    try write(hourly(120).suffix(20).map { $0 })
    #expect(try allRecords(folder.file()).map(\.entry.bytes) == Array(80..<120))
    #expect(try verify(folder.file()).verified == 40)
    try expectTrueCounts(folder.file())
  }

  @Test("a removal without the key is found, also behind a true one")
  func forged() throws {
    try write(hourly(100))
    try prune(hours: 60)
    try change(folder.file(), "DELETE FROM record WHERE seq <= 70; DELETE FROM finding WHERE seq <= 70")
    #expect(try verify(folder.file()).breaks == [ChainBreak(seq: 61, kind: .missing(through: 70))])
  }

  @Test("queries by time stay right after a removal, whatever the clock did")
  func since() throws {
    var entries = hourly(100)
    // An hour back in the middle.
    for number in 50..<100 { entries[number].timestamp -= 7_200_000_000 }
    try write(entries)
    try prune(hours: 40)
    let left = try allRecords(folder.file()).map(\.entry)
    #expect(left.count == 60)
    for hour in stride(from: Int64(-5), to: 105, by: 1) {
      var query = AuditQuery()
      query.since = noon + hour * 3_600_000_000
      query.limit = 1000
      let expected = left.filter { $0.timestamp >= noon + hour * 3_600_000_000 }
      #expect(try AuditReader(path: folder.file()).records(matching: query).map(\.entry) == expected.reversed())
    }
  }

  @Test("the last record always stays, and numbers are not used again")
  func keepsLast() throws {
    try write(hourly(10))
    try prune(hours: 1000)
    #expect(try allRecords(folder.file()).map(\.cursor) == [10])
    try write(hourly(12).suffix(2).map { $0 })
    #expect(try allRecords(folder.file()).map(\.cursor) == [10, 11, 12])
    #expect(try verify(folder.file()).holds)
  }

  @Test("records from an open item of the quarantine on stay until it is decided")
  func openItem() throws {
    try write(hourly(20))
    let store = try AuditStore.open(path: folder.file())
    var held = withheld()
    held.timestamp = noon + 20 * 3_600_000_000
    guard case .held(let id) = store.hold(request(), with: held, withinMilliseconds: 10_000) else {
      Issue.record("not held")
      return
    }
    #expect(store.close().isComplete)
    try write(hourly(40).suffix(19).map { $0 })
    let writer = try QuarantineReviewer(path: folder.file())
    try prune(hours: 30)
    #expect(try allRecords(folder.file()).first?.entry.id == id)
    #expect(try writer.decide(id, QuarantineReview(.reject, reviewer: "anna")) == .decided)
    try prune(hours: 30)
    #expect(try allRecords(folder.file()).first?.entry.bytes == 30)
    #expect(try rows(folder.file(), "SELECT count(*) FROM quarantine") == [["0"]])
    #expect(try verify(folder.file()).holds)
  }

  @Test("the file shrinks")
  func shrinks() throws {
    let entries = (0..<20_000).map { entry($0, timestamp: noon + Int64($0) * 10_000_000) }
    try write(entries)
    let before = try pages()
    try prune(hours: 54)
    #expect(try allRecords(folder.file()).count < 1000)
    #expect(try pages() < before / 4)
    #expect(try verify(folder.file()).holds)
  }

  private func pages() throws -> Int {
    Int(try rows(folder.file(), "PRAGMA page_count")[0][0] ?? "") ?? 0
  }

  @Test("a store removes old records by itself while it writes new ones")
  func beside() throws {
    try write((0..<3000).map { entry($0, timestamp: noon + Int64($0)) })
    var options = StoreOptions()
    options.retentionDays = 1
    options.maintenanceMilliseconds = 20
    let store = try AuditStore.open(path: folder.file(), options: options)
    for number in 0..<500 {
      #expect(store.enqueue(entry(5000 + number, timestamp: Timestamp.now), mayWait: true) == .queued)
    }
    #expect(try eventually { try rows(folder.file(), "SELECT count(*) FROM record") == [["500"]] })
    #expect(store.close().isComplete)
    #expect(try verify(folder.file()).holds)
    try expectTrueCounts(folder.file())
  }

  @Test("random records, removals and writers leave true counts and a chain that holds", arguments: 1...6)
  func property(_ seed: Int) throws {
    var random = SystemRandomNumberGenerator()
    var clock = noon
    for _ in 0..<6 {
      let entries = (0..<Int.random(in: 1...400, using: &random)).map { number in
        clock += Int64.random(in: -3_600_000_000...10_800_000_000, using: &random)
        var new = entry(
          number, from: ["client", "files", "mail"].randomElement(using: &random) ?? "", to: "db",
          status: DeliveryStatus.allCases.randomElement(using: &random) ?? .delivered, timestamp: clock)
        new.verdict = Verdict.allCases.randomElement(using: &random) ?? .clean
        new.findings = (0..<Int.random(in: 0...2, using: &random)).map { finding($0) }
        return new
      }
      try write(entries)
      let hours = (clock - noon) / 3_600_000_000 - Int64.random(in: 0...200, using: &random)
      try prune(hours: hours)
      #expect(try verify(folder.file()).holds)
      try expectTrueCounts(folder.file())
    }
  }
}
