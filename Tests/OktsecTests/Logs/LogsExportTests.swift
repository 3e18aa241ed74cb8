import Foundation
import Guard
import Testing

@testable import Audit
@testable import CLI

@Suite("logs export")
struct LogsExportTests {
  private let folder: CommandFolder
  private let entries: [AuditEntry]

  init() throws {
    folder = try CommandFolder()
    var entries = try (0..<2500).map { try SampleRecords.entry($0, status: $0 % 10 == 0 ? .blocked : .delivered) }
    for number in stride(from: 0, to: 2500, by: 10) {
      entries[number].findings = [
        SampleRecords.finding("IAP-001", .critical, excerpt: "a,\"b\"\r\n\u{1F600}"),
        SampleRecords.finding("IAP-00\(2 + number % 3)", .low),
      ]
    }
    entries[1].tool = "=cmd|' /C calc'!A0"
    entries[2].tool = "a,\"b\"\r\nc"
    entries[3].tool = "\n+1"
    self.entries = entries
    try SampleRecords.write(entries, to: folder.database)
  }

  private func export(_ format: String, _ arguments: [String] = []) throws -> String {
    let config = try folder.file("oktsec.yaml", Array("version: \"1\"\ndb_path: \(folder.database)\n".utf8))
    let output = ResultOutput(memoryFor: .none)
    let command = try LogsExportCommand.parse(["--format", format, "--config", config] + arguments)
    try command.run(to: output)
    return output.text
  }

  @Test("jsonl has every record, the oldest first")
  func jsonLines() throws {
    let lines = try export("jsonl").split(separator: "\n")
    #expect(lines.map(String.init) == entries.map { RecordJSON.line($0) })
    #expect(try export("jsonl", ["--status", "blocked"]).split(separator: "\n").count == 250)
    #expect(try export("jsonl", ["--agent", "nobody"]).isEmpty)
  }

  @Test("csv is read back by another program, formulas are harmless")
  func csv() throws {
    let text = try export("csv")
    let script = """
      import csv, json, sys
      rows = list(csv.reader(sys.stdin, strict=True))
      print(json.dumps([rows[0], len(rows), [r[14] for r in rows[1:5]], json.loads(rows[1][8])[0]["match"],
        len({len(r) for r in rows})]))
      """
    let answer = try #require(try python(script, input: text))
    let values = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [Any])
    #expect((values[0] as? [String])?.first == "id" && (values[0] as? [String])?.count == 19)
    #expect(values[1] as? Int == 2501)
    #expect(values[2] as? [String] == ["read_file", "'=cmd|' /C calc'!A0", "a,\"b\"\r\nc", "'\n+1"])
    #expect(values[3] as? String == "a,\"b\"\r\n\u{1F600}")
    #expect(values[4] as? Int == 1)
  }

  @Test("sarif holds every finding with its rule")
  func sarif() throws {
    let text = try export("sarif")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["version"] as? String == "2.1.0")
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 500)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(Set(rules.compactMap { $0["id"] as? String }).count == rules.count)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["error", "note"].contains(result["level"] as? String))
      #expect((result["locations"] as? [[String: Any]])?.isEmpty == false)
    }
    let empty = try export("sarif", ["--agent", "nobody"])
    #expect(try JSONSerialization.jsonObject(with: Data(empty.utf8)) is [String: Any])
  }

  /// What a Python script prints; nil when there is no Python.
  private func python(_ script: String, input: String) throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let file = try folder.file("input", Array(input.utf8))
    let (inputFile, output) = (try FileHandle(forReadingFrom: URL(fileURLWithPath: file)), Pipe())
    process.standardInput = inputFile
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
