import Foundation
import Guard
import RuleFiles
import Testing
import YAML

@Suite("rules with match_mode")
struct MatchModeRuleTests {
  private static func rules(_ text: String) throws -> [LocatedRule] { try RuleFile.locatedRules(Array(text.utf8)) }

  private static let fixture: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "fixtures/rules/match-mode.yaml"), encoding: .utf8)) ?? ""
  }()

  private static func rule(_ more: String, pattern: String = "{type: contains, value: marigold}") -> String {
    "id: R\nname: n\nseverity: high\npatterns:\n  - \(pattern)\n\(more)\n"
  }

  private static func found(_ text: String, by rules: [LocatedRule]) throws -> [String] {
    let set = try RuleSet(rules.map(\.definition))
    var text = text
    return text.withUTF8 { bytes in
      Inspector(rules: set).inspect(text: UnsafeRawBufferPointer(bytes), role: .toolResult).findings
        .map { "\($0.rule) \($0.severity.name)" }
    }
  }

  @Test("a list of rules and documents in both formats stand in one file")
  func mixedFile() throws {
    let rules = try Self.rules(Self.fixture)
    #expect(rules.map(\.definition.id) == ["BEACON_001", "BEACON_002", "BEACON_003"])
    #expect(rules.map(\.format) == [.matchMode, .matchMode, .own])
    #expect(rules.map(\.definition.category) == [.custom, .custom, .credentialLeak])
    #expect(rules[0].definition.remediation == "Take the address out.")
  }

  @Test("their examples hold through the whole engine")
  func examples() throws {
    let rules = try Self.rules(Self.fixture)
    #expect(rules.map { $0.matches.count } == [2, 1, 1] && rules.map { $0.passes.count } == [4, 1, 1])
    for rule in rules {
      for example in rule.definition.matches {
        #expect(try Self.found(example.text, by: [rule]).count == 1, "\(example.text)")
      }
      for example in rule.definition.passes {
        #expect(try Self.found(example.text, by: [rule]).isEmpty, "\(example.text)")
      }
    }
  }

  @Test("a finding has the severity that the author wrote, and needs no second rule")
  func severity() throws {
    let rules = try Self.rules(Self.fixture)
    #expect(try Self.found("bcn-123456", by: rules) == ["BEACON_001 critical"])
  }

  @Test("with match_mode: all every pattern has to match, up to 8192 bytes apart")
  func all() throws {
    let rules = try Self.rules(Self.fixture)
    let gap = String(repeating: "word ", count: 1500)
    #expect(try Self.found("install \(gap) beacon kit", by: rules) == ["BEACON_002 high"])
    #expect(try Self.found("install \(gap) \(gap) beacon kit", by: rules).isEmpty)
    #expect(try Self.found("beacon kit, beacon kit", by: rules).isEmpty)
  }

  @Test("contains ignores the case of ASCII letters and takes every other character as it is")
  func contains() throws {
    for (value, text, isFound) in [
      ("a.b*c", "A.B*C", true), ("a.b*c", "axbbc", false), ("größe", "GRößE", true), ("größe", "GRÖSSE", false),
      (#"\d{3}"#, #"\D{3}"#, true), ("two words", "two  words", false),
    ] {
      let rules = try Self.rules(Self.rule("match_mode: any", pattern: "{type: contains, value: '\(value)'}"))
      #expect(try !Self.found("it says \(text) here", by: rules).isEmpty == isFound, "\(value) in \(text)")
    }
  }

  @Test("an exclusion drops a match that holds it, and nothing outside the match does")
  func exclusion() throws {
    let rules = try Self.rules(
      Self.rule(
        "exclude_patterns:\n  - {type: contains, value: '[test]'}", pattern: #"{type: regex, value: 'key-\S{3,12}'}"#))
    #expect(try Self.found("key-abc[TEST]", by: rules).isEmpty)
    #expect(try Self.found("key-abcTEST", by: rules).count == 1)
    #expect(try Self.found("[test] key-abc", by: rules).count == 1)
  }

  @Test("what is understood and not used is noted with its place")
  func notes() throws {
    let notes = try Self.rules(Self.fixture)[0].notes
    #expect(notes.map(\.place) == [.init(line: 6, column: 15), .init(line: 9, column: 5)])
    #expect(notes[0].text.contains("'beacons'") && notes[1].text.contains("'targets'"))
  }

  @Test("places are those of the file, whatever the format")
  func places() throws {
    let rule = try Self.rules(Self.fixture)[0]
    #expect(rule.patterns == [.init(line: 12, column: 33), .init(line: 13, column: 30)])
    #expect(rule.excludes == [.init(line: 15, column: 33), .init(line: 16, column: 30)])
    #expect(rule.matches == [.init(line: 19, column: 11), .init(line: 20, column: 11)])
    #expect(rule.passes.first == .init(line: 22, column: 11))
  }

  @Test("empty lists may be left empty")
  func empty() throws {
    let rules = try Self.rules(Self.rule("match_mode: any\nexclude_patterns:\nexamples:\ntargets:"))
    #expect(rules.first?.matches == [] && rules.first?.excludes == [])
  }

  @Test(
    "a defect is told with line, column and reason",
    arguments: [
      (rule("match_mode: both"), "6:13: match_mode is any or all"),
      (rule("match_modes: any"), "6:1: unknown key match_modes; did you mean match_mode?"),
      (
        rule("match_mode: any\nexclude_pattern: []"),
        "7:1: unknown key exclude_pattern; did you mean exclude_patterns?"
      ),
      (rule("examples: {true_positives: [a]}"), "6:12: unknown key true_positives; did you mean true_positive?"),
      (rule("examples: [a]"), "6:11: examples is a mapping with true_positive and false_positive"),
      (rule("examples: {true_positive: [{text: a}]}"), "6:28: an example is a text"),
      (rule("match_mode: any", pattern: "{type: glob, value: abc}"), "5:12: type is regex or contains"),
      (rule("match_mode: any", pattern: "{value: abc}"), "5:5: type is missing: regex or contains"),
      (rule("match_mode: any", pattern: "{type: regex}"), "5:5: a pattern needs a value"),
      (rule("match_mode: any", pattern: "abc"), "5:5: a pattern is a mapping with type and value"),
      (
        rule("match_mode: any", pattern: "{type: regex, value: abc, weight: 2}"),
        "5:31: unknown key weight; known here: type, value"
      ),
      (
        rule("match_mode: any\npasses: [a]"),
        "7:1: 'passes' belongs to one format of rules and 'match_mode' to another"
      ),
      (rule("match: any\nexamples: {}"), "7:1: 'examples' belongs to one format of rules and 'match' to another"),
      (
        rule("match_mode: any", pattern: "{type: literal, value: abc}"),
        "6:1: 'match_mode' belongs to one format of rules and 'literal' to another"
      ),
      (rule("proof: pattern"), "6:1: 'proof' belongs to one format of rules and 'contains' to another"),
      ("rules: [{id: A, match_mode: any}]", "1:9: name is missing"),
      ("rules: []\nversion: 1", "2:1: beside the list 'rules' there can be nothing else"),
      ("rules: abc", "1:8: expected a list of rules"),
      ("rules:\n  - abc", "2:5: a rule must be a mapping"),
    ])
  func defects(text: String, expected: String) {
    do {
      _ = try Self.rules(text)
      Issue.record("accepted: \(text)")
    } catch {
      let found = "\(error)"
      #expect(found.hasPrefix(expected), "\(found)")
    }
  }

  @Test(
    "an expression that the engine cannot run is refused with the name of what it lacks",
    arguments: [
      ("abc(?=def)", "look-ahead '(?=' at byte 3"), ("abc(?!def)", "look-ahead '(?!' at byte 3"),
      ("(?<=abc)def", "look-behind '(?<=' at byte 0"), ("é(?<!abc)def", "look-behind '(?<!' at byte 2"),
      (#"(abc)\1"#, #"back-reference '\1' at byte 5"#), (#"(?P<a>abc)(?P=a)"#, "back-reference '(?P=' at byte 10"),
      (#"\k<a>abc"#, #"back-reference '\k' at byte 0"#), (#"abc\p{L}"#, #"Unicode property '\p' at byte 3"#),
      ("(?>abc)", "'(?>'"), (#"abc\Z"#, #"'\Z'"#), ("abc++", "quantifier after a quantifier"),
      ("(abc", "missing closing parenthesis"), ("abc(?", "missing closing parenthesis"),
    ])
  func unsupported(expression: String, words: String) {
    #expect(ExpressionCheck.defect(of: RulePattern(expression))?.contains(words) == true)
    #expect(ExpressionCheck.defect(ofExclusion: expression)?.contains(words) == true)
  }
}
