import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("logs")
struct LogsTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private var reading: LogReading { LogReading(path: folder.database) }

  private func text(_ listing: RecordListing, _ terminal: Terminal = .none) throws -> String {
    let reader = try #require(try reading.open())
    let output = ResultOutput(memoryFor: terminal)
    try listing.write(try listing.newest(reader).map(\.entry), to: output)
    return output.text
  }

  @Test("a JSON line has the columns of audit_log, in their order, with the same values")
  func jsonEqualsTheView() throws {
    var stopped = try SampleRecords.entry(0, status: .blocked, server: "db \"x\"\u{7}", verdict: .block)
    stopped.findings = [SampleRecords.finding("IAP-001", .high, excerpt: "a\n\"b\" \u{1F600}")]
    stopped.fingerprint = String(repeating: "f", count: 64)
    stopped.signature = .verified
    stopped.senderTimestamp = "2026-03-01T09:05:07Z"
    try SampleRecords.write([stopped, try SampleRecords.entry(1)], to: folder.database)

    let lines = try text(RecordListing(query: AuditQuery(), asJSON: true)).split(separator: "\n").map(String.init)
    let database = try Database(
      path: folder.database, access: .readOnly, busyHandler: BusyHandler(limit: .milliseconds(1000)))
    let statement = try database.prepare("SELECT * FROM audit_log ORDER BY timestamp, id")
    let names = statement.columnNames
    var rows = 0
    while try statement.step() {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[rows].utf8)) as? [String: Any])
      #expect(Set(object.keys) == Set(names))
      let places = names.compactMap { lines[rows].range(of: "\"\($0)\":")?.lowerBound }
      #expect(places.count == names.count && places == places.sorted())
      for (column, name) in names.enumerated() {
        let value = statement.text(Int32(column))
        switch object[name] {
        case let array as [[String: Any]]:
          let expected = try JSONSerialization.jsonObject(with: Data((value ?? "").utf8)) as? [[String: Any]]
          #expect(NSArray(array: array) == NSArray(array: expected ?? []))
        case is NSNull: #expect(value == nil)
        case let number as NSNumber: #expect(number.stringValue == value)
        case let other: #expect(other as? String == value, "\(name)")
        }
      }
      rows += 1
    }
    #expect(rows == 2 && lines.count == 2)
  }

  @Test("the newest record is the last line, and --limit keeps the newest")
  func order() throws {
    let start = Timestamp.now
    try SampleRecords.write(
      try (0..<6).map { try SampleRecords.entry($0, server: "server\($0)", at: start + Int64($0)) }, to: folder.database
    )
    var query = AuditQuery()
    query.limit = 2
    let lines = try text(RecordListing(query: query, asJSON: false)).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("client→server4") && lines[1].contains("server5→client"))
  }

  @Test("the table fits 80 columns, whatever the peers call themselves, and shows no control character")
  func fits() throws {
    var entry = try SampleRecords.entry(
      0, status: .quarantined, server: "github-\u{202E}enterprise-with-a-long-name", verdict: .quarantine,
      at: Timestamp.now - 40 * 86_400_000_000)
    entry.tool = "tool\u{1B}[2J" + String(repeating: "名", count: 100)
    entry.findings = (1...9).map { SampleRecords.finding("PROMPT_INJECTION_00\($0)", .high) }
    try SampleRecords.write([entry], to: folder.database)
    let screen = Terminal(isInteractive: true, columns: 80, style: .plain)
    let lines = try text(RecordListing(query: AuditQuery(), asJSON: false), screen).split(separator: "\n").map(
      String.init)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 })
    #expect(lines[1].hasSuffix(" +8"))
    #expect(lines[2].hasSuffix("oktsec logs show \(entry.id)"))
    #expect(!lines.joined().unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test("a record is found by the beginning of its id; unknown and ambiguous ones are errors")
  func show() throws {
    let entries = try [0, 1].map { try SampleRecords.entry($0, at: 1_772_355_907_000_000 + Int64($0) * 86_400_000_000) }
    try SampleRecords.write(entries, to: folder.database)
    let reader = try #require(try reading.open())
    let id = entries[0].id.description
    #expect(try LogsShowCommand.entry(String(id.prefix(12)).uppercased(), in: reader).id == entries[0].id)
    #expect(throws: CommandFailure.self) { try LogsShowCommand.entry("zzzz", in: reader) }
    let failure = #expect(throws: CommandFailure.self) { try LogsShowCommand.entry("0", in: reader) }
    #expect(failure?.hint?.contains(entries[1].id.description) == true)
  }

  @Test("the card of a record names everything that was found, safely")
  func card() throws {
    var entry = try SampleRecords.entry(0, status: .blocked, verdict: .block)
    entry.findings = [SampleRecords.finding("IAP-001", .critical, excerpt: "clear\u{1B}[2Jscreen")]
    entry.findingsDropped = 3
    entry.reason = "batch"
    let output = ResultOutput(memoryFor: Terminal(isInteractive: true, columns: 80, style: .plain))
    try RecordCard(entry: entry).write(to: output)
    for part in [
      entry.id.description, "blocked (content_blocked)", "client→files", "tools/call", "read_file", "batch",
      entry.contentHash.hex, "IAP-001", "/params/text, bytes 3–9", "clear<U+001B>[2Jscreen", "3 more findings",
    ] { #expect(output.text.contains(part), "\(part)") }
  }

  @Test("on a terminal what was stopped or found has the command for its card below, and what passed clean has not")
  func commands() throws {
    let entries = [
      try SampleRecords.entry(0), try SampleRecords.entry(2, verdict: .flag),
      try SampleRecords.entry(4, status: .blocked, verdict: .block),
    ]
    try SampleRecords.write(entries, to: folder.database)
    let screen = Terminal(isInteractive: true, columns: 80, style: .plain)
    let shown = try text(RecordListing(query: AuditQuery(), asJSON: false), screen)
    #expect(entries.map { shown.contains("oktsec logs show \($0.id)\n") } == [false, true, true])
    #expect(try !text(RecordListing(query: AuditQuery(), asJSON: false)).contains("logs show"))
  }

  @Test("no line of a card is wider than the terminal because of a long rule")
  func cardWidth() throws {
    var entry = try SampleRecords.entry(0, status: .blocked, verdict: .block)
    entry.findings = [SampleRecords.finding("PROMPT_INJECTION_" + String(repeating: "0", count: 20), .critical)]
    entry.findings[0].name = String(repeating: "Override of instructions ", count: 4)
    let output = ResultOutput(memoryFor: Terminal(isInteractive: true, columns: 80, style: .plain))
    try RecordCard(entry: entry).write(to: output)
    #expect(output.text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 }, "\(output.text)")
  }

  @Test("following shows what is there, then only what comes, and outlives the database")
  func following() throws {
    var query = AuditQuery()
    query.limit = 2
    var follower = LogFollower(reading: reading, listing: RecordListing(query: query, asJSON: false))
    let output = ResultOutput(memoryFor: .none)
    func shown() -> [String] {
      output.text.split(separator: "\n").compactMap { $0.split(separator: "\t").first { $0.contains("→") } }.map(
        String.init)
    }

    try follower.look(output)
    #expect(output.text.isEmpty)
    try SampleRecords.write(try (0..<3).map { try SampleRecords.entry(0, server: "old\($0)") }, to: folder.database)
    try follower.look(output)
    #expect(shown() == ["client→old0", "client→old1", "client→old2"])
    try follower.look(output)
    #expect(shown().count == 3)
    try SampleRecords.write(try (0..<5).map { try SampleRecords.entry(0, server: "new\($0)") }, to: folder.database)
    try follower.look(output)
    #expect(shown().dropFirst(3) == ["client→new0", "client→new1", "client→new2", "client→new3", "client→new4"])

    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.database + suffix) }
    try follower.look(output)
    try SampleRecords.write([try SampleRecords.entry(0, server: "again")], to: folder.database)
    try follower.look(output)
    #expect(shown().last == "client→again" && shown().count == 9)
  }

  @Test("following begins with the newest that match")
  func followingBegins() throws {
    try SampleRecords.write(try (0..<5).map { try SampleRecords.entry(0, server: "s\($0)") }, to: folder.database)
    var query = AuditQuery()
    query.limit = 2
    var follower = LogFollower(reading: reading, listing: RecordListing(query: query, asJSON: false))
    let screen = Terminal(isInteractive: true, columns: 80, style: .plain)
    let output = ResultOutput(memoryFor: screen)
    try follower.look(output)
    try SampleRecords.write([try SampleRecords.entry(0, server: "s5")], to: folder.database)
    try follower.look(output)
    let lines = output.text.split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("TIME") && lines[1].contains("s3") && lines[3].contains("s5"))
  }

  @Test("options become a query")
  func options() throws {
    let command = try LogsListCommand.parse([
      "--status", "blocked", "--agent", "files", "--unverified", "--since", "1h", "--limit", "7",
    ])
    let query = command.query(now: 10_000_000_000)
    #expect(query.status == .blocked && query.agent == "files" && query.unverifiedOnly && query.limit == 7)
    #expect(query.since == Int64(6_400_000_000))
  }

  @Test(
    "values that mean nothing are refused",
    arguments: [
      ["--since", "yesterday"], ["--limit", "0"], ["--limit", "100001"], ["--status", "lost"], ["--limit", "many"],
    ])
  func refusedOptions(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try LogsListCommand.parse(arguments) }
  }

  @Test("without a database there is nothing to open, and that is no error")
  func missing() throws {
    #expect(try reading.open() == nil)
    #expect(reading.absence.contains(folder.database))
  }

  @Test("a file that is not ours is an error that names it")
  func foreignFile() throws {
    let path = try folder.file("other.db", Array("not a database, and long enough to be looked at as one".utf8))
    let failure = #expect(throws: CommandFailure.self) { try LogReading(path: path).open() }
    #expect(failure?.message.contains(path) == true && failure?.exitCode == 1)
  }
}
