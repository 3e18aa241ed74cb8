import Guard
import Testing

@testable import CLI

@Suite("custom rule files")
struct CustomRuleFileTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  static func rule(
    _ id: String = "ACME-001", pattern: String = #"\bproject\s+bluefin\b"#, more: String = ""
  ) -> String {
    """
    id: \(id)
    name: Project name
    severity: high
    category: exfiltration
    proof: pattern
    patterns:
      - {type: regex, value: '\(pattern)'}
    \(more)
    """
  }

  private func problem(_ text: String) throws -> String? {
    let path = try folder.file("own.yaml", Array(text.utf8))
    do {
      _ = try CustomRuleFile(path: path)
      return nil
    } catch {
      return error.description.replacing(path, with: "FILE")
    }
  }

  @Test("a correct file is taken")
  func correct() throws {
    #expect(try problem(Self.rule()) == nil)
    #expect(try problem("\u{FEFF}" + Self.rule()) == nil)
    #expect(try problem(Self.rule() + "\n---\n" + Self.rule("ACME-002")) == nil)
  }

  @Test(
    "a defect is named with line and column",
    arguments: [
      (rule(pattern: "(unclosed"), "FILE:7:26: ACME-001: missing closing parenthesis"),
      (rule(pattern: #"\w+\d"#), "FILE:7:26: ACME-001: the pattern would slow down every text"),
      (rule(pattern: #"a*"#), "FILE:7:26: ACME-001: the pattern matches the empty text"),
      (rule(more: "validators: [luhm]"), "FILE:8:14: ACME-001: unknown validator luhm"),
      (rule(more: "exclude: ['fine', '(']"), "FILE:8:19: ACME-001: "),
      (rule(more: "within: 9000"), "FILE:8:9: ACME-001: within is at most 8192"),
      (rule(more: "roles: []"), "FILE:1:5: ACME-001: it has no roles"),
      (rule(more: "colour: red"), "FILE:8:1: unknown key colour"),
      (rule("white space"), "FILE:1:5: an id has 1 to 64"),
      (rule() + "\n---\n" + rule("acme-001"), "FILE:10:5: acme-001: the id stands twice"),
      ("id: [", "FILE:"),
      ("", "FILE: no rules in it"),
    ])
  func defects(text: String, expected: String) throws {
    let found = try problem(text)
    #expect(found?.hasPrefix(expected) == true, "\(found ?? "no problem")")
  }

  @Test("a file that is too long, or has too many expressions, is refused before anything is compiled")
  func limits() throws {
    let long = Self.rule(more: "description: " + String(repeating: "a", count: CustomRuleLimit.fileLength))
    #expect(try problem(long)?.contains("longer than") == true)
    let many = Self.rule(
      more: "exclude: [" + Array(repeating: "abc", count: CustomRuleLimit.expressions).joined(separator: ",") + "]")
    #expect(try problem(many)?.contains("expressions") == true)
  }

  @Test("a bad file keeps no other one from being read; the second rule with an id is refused")
  func folders() throws {
    _ = try folder.file("a.yaml", Array(Self.rule().utf8))
    _ = try folder.file("b.yaml", Array(Self.rule("B-1", pattern: "(").utf8))
    _ = try folder.file("c.yml", Array(Self.rule("acme-001").utf8))
    _ = try folder.file("d.yaml", Array(Self.rule("D-1").utf8))
    _ = try folder.file(".hidden.yaml", Array("[".utf8))
    _ = try folder.file("notes.txt", Array("[".utf8))
    let read = CustomRuleFolder(path: folder.path)
    #expect(read.rules.map(\.id) == ["ACME-001", "D-1"])
    #expect(read.problems.map(\.path) == ["\(folder.path)/b.yaml", "\(folder.path)/c.yml"])
    #expect(read.problems.last?.reason == "acme-001: an earlier file has this id")
  }

  @Test("a folder that is not there is one problem")
  func missingFolder() {
    let read = CustomRuleFolder(path: folder.path + "/none")
    #expect(read.rules.isEmpty && read.problems.count == 1)
  }

  @Test("examples are run: each that fails is named with its place")
  func examples() throws {
    let examples = """
      matches:
        - on Project bluefin
        - {role: message, text: the project bluefin}
      passes:
        - a bluefin
        - our project bluefin
      """
    let path = try folder.file("own.yaml", Array(Self.rule(more: examples).utf8))
    let file = try CustomRuleFile(path: path)
    let rules = try RuleSet(file.rules.map(\.definition))
    let failures = RuleExamples(file: file).failures(with: Inspector(rules: rules)).map(\.description)
    #expect(
      failures == [
        "\(path):9:5: ACME-001: does not find this example of 'matches'",
        "\(path):13:5: ACME-001: finds this example of 'passes'",
      ])
  }

  @Test(
    "rules test: 0 when all examples hold, 1 when one does not, 65 for a bad file",
    .enabled(if: ProgramRun.isPossible),
    arguments: [
      (rule(more: "matches: [project bluefin]\npasses: [bluefin]"), Int32(0)),
      (rule(more: "matches: [bluefin]\npasses: [bluefin]"), Int32(1)), (rule(pattern: "("), Int32(65)),
    ])
  func program(text: String, status: Int32) throws {
    let path = try folder.file("own.yaml", Array(text.utf8))
    let run = try ProgramRun(["rules", "test", path])
    #expect(run.status == status, "\(run.errors)")
    #expect((run.output + run.errors).contains("\(path):") == (status != 0))
  }
}
