import Foundation
import Guard
import Testing

@testable import CLI

@Suite("scan")
struct ScanTests {
  private let folder: CommandFolder
  private let rules: RuleSet

  init() throws {
    folder = try CommandFolder()
    rules = try RuleSet([
      Self.rule("T-BLOCK", .critical, "xyzzyblock"), Self.rule("T-HOLD", .high, "xyzzyhold"),
      Self.rule("T-FLAG", .medium, "xyzzyflag"), Self.rule("T-LOW", .low, "xyzzylow"),
    ])
  }

  private static func rule(_ id: String, _ severity: Severity, _ text: String) -> RuleDefinition {
    var rule = RuleDefinition(id: id, name: "Name of \(id)", severity: severity, category: .custom)
    var pattern = RulePattern(text)
    pattern.isLiteral = true
    rule.patterns = [pattern]
    rule.proof = .pattern
    return rule
  }

  private func scanned(_ text: String) -> ScannedText {
    ScannedText(name: "standard input", role: .message, text: Array(text.utf8), policy: TextPolicy(rules: rules))
  }

  /// Lines in, objects out.
  private func answers(
    _ input: [UInt8], workers: Int = 1, roundBytes: Int = 1 << 20, role: Role = .message
  ) throws -> (objects: [[String: Any]], text: String, failures: Int) {
    var scan = LineScan(policy: TextPolicy(rules: rules), defaultRole: role)
    scan.workers = workers
    scan.roundBytes = roundBytes
    let output = ResultOutput(memoryFor: .none)
    let failures = try scan.run(try InputFile(path: try folder.file("input.jsonl", input)), output)
    let objects = try output.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    return (objects, output.text, failures)
  }

  @Test("the exit status is the verdict")
  func exitCodes() {
    #expect(ScanCommand.exitCode(scanned("all is well").inspection.verdict) == 0)
    #expect(ScanCommand.exitCode(scanned("xyzzylow").inspection.verdict) == 0)
    #expect(ScanCommand.exitCode(scanned("xyzzyflag").inspection.verdict) == 2)
    #expect(ScanCommand.exitCode(scanned("xyzzyhold xyzzyflag").inspection.verdict) == 3)
    #expect(ScanCommand.exitCode(scanned("xyzzyblock").inspection.verdict) == 4)
  }

  @Test("sarif has every finding with its rule and its place in the file")
  func sarif() throws {
    let output = ResultOutput(memoryFor: .none)
    let text = scanned("first\nsec\u{F6}nd xyzzyblock\nxyzzyflag xyzzylow")
    try ScanSARIF.write(text, path: "/a b/c:d.txt", to: output)
    let log = try #require(try JSONSerialization.jsonObject(with: Data(output.text.utf8)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["ruleId"] as? String } == ["T-BLOCK", "T-FLAG", "T-LOW"])
    #expect(results.map { $0["level"] as? String } == ["error", "warning", "note"])
    let place = try #require((results[0]["locations"] as? [[String: Any]])?.first)
    let physical = try #require(place["physicalLocation"] as? [String: [String: Any]])
    #expect(physical["artifactLocation"]?["uri"] as? String == "file:///a%20b/c%3Ad.txt")
    #expect(
      physical["region"] as? [String: Int] == ["startLine": 2, "startColumn": 8, "byteOffset": 14, "byteLength": 10])
    let driver = (run["tool"] as? [String: [String: Any]])?["driver"]
    #expect((driver?["rules"] as? [[String: Any]])?.count == 3)
  }

  @Test("sarif of standard input names no file; a clean text gives a log without results")
  func sarifWithoutFile() throws {
    let output = ResultOutput(memoryFor: .none)
    try ScanSARIF.write(scanned("xyzzyflag"), path: nil, to: output)
    #expect(output.text.contains("T-FLAG") && !output.text.contains("physicalLocation"))
    let clean = ResultOutput(memoryFor: .none)
    try ScanSARIF.write(scanned("nothing"), path: nil, to: clean)
    let log = try JSONSerialization.jsonObject(with: Data(clean.text.utf8)) as? [String: Any]
    #expect(((log?["runs"] as? [[String: Any]])?.first?["results"] as? [Any])?.isEmpty == true)
  }

  @Test("the report leads with the verdict and gives line and column of each finding")
  func report() throws {
    let output = ResultOutput(memoryFor: .none)
    try ScanReport(scanned: scanned("first\nsecönd xyzzyblock\nxyzzyflag")).write(to: output)
    let lines = output.text.split(separator: "\n")
    #expect(lines.first == "block: 2 findings in standard input, read as message")
    #expect(output.text.contains("critical  T-BLOCK  Name of T-BLOCK\n  2:8  "))
    #expect(output.text.contains("medium  T-FLAG  Name of T-FLAG\n  3:1  "))
  }

  @Test("a clean text is one line")
  func cleanReport() throws {
    let output = ResultOutput(memoryFor: .none)
    try ScanReport(scanned: scanned("all is well")).write(to: output)
    #expect(output.text == "clean: nothing found in standard input, read as message\n")
  }

  @Test("an excerpt cannot drive the terminal")
  func safeExcerpt() throws {
    let output = ResultOutput(memoryFor: Terminal(isInteractive: true, columns: 80, style: .plain))
    try ScanReport(scanned: scanned("\u{1B}]0;title\u{7}xyzzyblock\u{202E}\u{9B}2J")).write(to: output)
    #expect(
      !output.text.unicodeScalars.contains {
        $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
      })
  }

  @Test("the JSON document has verdict, role and findings with their places")
  func document() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(ScanJSON.document(scanned("é xyzzyhold")).utf8)) as? [String: Any])
    let finding = try #require((object["findings"] as? [[String: Any]])?.first)
    #expect(object["verdict"] as? String == "quarantine" && object["role"] as? String == "message")
    #expect(finding["rule_id"] as? String == "T-HOLD" && finding["severity"] as? String == "high")
    #expect(finding["start"] as? Int == 3 && finding["end"] as? Int == 12)
    #expect(finding["line"] as? Int == 1 && finding["column"] as? Int == 3)
  }

  @Test("every line has its answer, in order, whatever the number of threads and the size of a round")
  func order() throws {
    var input: [UInt8] = []
    for number in 0..<3000 {
      let text = number % 7 == 0 ? "xyzzyblock" : String(repeating: "words and ", count: number % 40)
      input += Array("{\"id\":\(number),\"role\":\"tool_result\",\"text\":\"\(text)\"}\n".utf8)
    }
    let single = try answers(input)
    #expect(single.failures == 0)
    #expect(single.objects.map { $0["id"] as? Int } == (0..<3000).map { $0 })
    #expect(single.objects.enumerated().allSatisfy { ($1["verdict"] as? String == "block") == ($0 % 7 == 0) })
    for (workers, roundBytes) in [(2, 1 << 20), (3, 1000), (8, 100_000)] {
      #expect(try answers(input, workers: workers, roundBytes: roundBytes).text == single.text)
    }
  }

  @Test("ids come back as they were, and the last line needs no newline")
  func ids() throws {
    let text = try answers(
      Array("{\"text\":\"a\",\"id\":\"x\\u00e9\"}\r\n\n{\"id\":1.50,\"text\":\"b\"}\n{\"text\":\"c\"}".utf8)
    ).text
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines[0].hasPrefix("{\"id\":\"xé\",") && lines[1].hasPrefix("{\"id\":1.50,")
        && lines[2].hasPrefix("{\"id\":null,"))
  }

  @Test(
    "a line that cannot be scanned is answered with an error, and the others go on",
    arguments: [
      ("not json", "null"), ("[1]", "null"), ("{\"id\":5}", "5"), ("{\"id\":5,\"text\":7}", "5"),
      ("{\"id\":\"x\",\"text\":\"t\",\"role\":\"nobody\"}", "\"x\""), ("{\"id\":5,\"text\":\"t\",\"role\":1}", "5"),
      ("{\"id\":1,\"id\":2,\"text\":\"t\"}", "null"), ("{\"id\":1,\"text\":\"t\"", "null"),
      (String(repeating: "[", count: 5000), "null"),
    ])
  func errors(_ line: String, _ id: String) throws {
    let result = try answers(Array("{\"id\":0,\"text\":\"a\"}\n\(line)\n{\"id\":9,\"text\":\"xyzzyflag\"}\n".utf8))
    let lines = result.text.split(separator: "\n")
    #expect(result.failures == 1 && lines.count == 3)
    #expect(lines[1].hasPrefix("{\"id\":\(id),\"error\":\""))
    #expect(result.objects[2]["verdict"] as? String == "flag")
  }

  @Test("an error carries nothing of the line")
  func errorsCarryNoPayload() throws {
    let text = try answers(Array("{\"id\":1,\"text\":\"t\",\"role\":\"s3cret\"}\n{s3cret}\n".utf8)).text
    #expect(!text.contains("s3cret"))
  }

  @Test("a line longer than the limit is one error, and the stream stays in step")
  func tooLong() throws {
    var input = [UInt8](repeating: UInt8(ascii: "x"), count: LineScan.maximumLine + 10)
    input += Array("\n{\"id\":2,\"text\":\"a\"}\n".utf8)
    let result = try answers(input)
    #expect(result.failures == 1 && result.objects.count == 2)
    #expect(result.objects[0]["error"] as? String == "longer than 64 MiB")
    #expect(result.objects[1]["id"] as? Int == 2)
  }

  @Test("bytes that are not UTF-8 are replaced and the rest is scanned")
  func invalidUTF8() throws {
    let result = try answers(Array("{\"id\":1,\"text\":\"".utf8) + [0xFF, 0xC3] + Array("xyzzyblock\"}\n".utf8))
    #expect(result.failures == 0 && result.objects.first?["verdict"] as? String == "block")
    let text = try InputFile(path: try folder.file("bad.txt", [0x61, 0xFF, 0x62])).wholeText(limit: 100)
    #expect(String(decoding: text, as: UTF8.self) == "a\u{FFFD}b")
  }

  @Test("a file that is missing or too long is bad input")
  func badFiles() throws {
    let missing = #expect(throws: CommandFailure.self) { try InputFile(path: folder.path + "/none") }
    #expect(missing?.exitCode == 65 && missing?.message.contains("none") == true)
    let long = try folder.file("long.txt", [UInt8](repeating: 0x61, count: 2 << 20))
    let failure = #expect(throws: CommandFailure.self) { try InputFile(path: long).wholeText(limit: 1 << 20) }
    #expect(failure?.exitCode == 65 && failure?.message.contains("1 MiB") == true)
    let folderFailure = #expect(throws: CommandFailure.self) {
      try InputFile(path: folder.path).wholeText(limit: 100)
    }
    #expect(folderFailure?.exitCode == 65)
  }

  @Test("what the config makes of a rule everywhere holds for a text, what it makes of it in one place does not")
  func overrides() throws {
    func verdict(_ change: (inout RuleOverride) -> Void) -> Verdict {
      var override = RuleOverride(rule: "t-block")
      change(&override)
      var settings = PolicySettings()
      settings.overrides = [override]
      let policy = TextPolicy(rules: rules, settings: settings, now: 1000)
      return ScannedText(name: "x", role: .message, text: Array("xyzzyblock".utf8), policy: policy).inspection.verdict
    }
    #expect(verdict { _ in } == .block)
    #expect(verdict { $0.action = .ignore } == .clean)
    #expect(verdict { $0.action = .allowAndFlag } == .flag)
    #expect(verdict { $0.severity = .high } == .quarantine)
    #expect(verdict { ($0.action, $0.until) = (.ignore, 1000) } == .block)
    for direction in Direction.allCases {
      #expect(verdict { ($0.action, $0.direction) = (.ignore, direction) } == .block)
    }
    #expect(verdict { ($0.action, $0.tools) = (.ignore, ToolNames(["t"])) } == .block)
    #expect(verdict { ($0.action, $0.agents) = (.ignore, []) } == .block)
  }

  @Test("every role has its name on the command line", arguments: Role.allCases)
  func roles(_ role: Role) throws {
    #expect(try ScanCommand.parse(["--role", role.name]).role.role == role)
  }

  @Test("a plain text is a message unless told otherwise")
  func defaultRole() throws {
    #expect(try ScanCommand.parse([]).role.role == .message)
  }
}
