import Foundation
import Guard
import Testing

@testable import CLI

@Suite("rules")
struct RulesTests {
  private let rules: RuleSet

  init() throws { rules = try LoadedRules.load(Configuration(folders: .current())) }

  @Test("a rule is found by its id in any case")
  func lookup() throws {
    let id = try #require(rules.ids.first)
    #expect(try RulesCommand.rule(id.lowercased(), in: rules).id == id)
    #expect(try RulesCommand.rule(id.uppercased(), in: rules).id == id)
  }

  @Test("an unknown id fails and names the nearest")
  func unknownRule() throws {
    let failure = #expect(throws: CommandFailure.self) { try RulesCommand.rule("IAP001", in: rules) }
    #expect(failure?.hint?.contains("IAP-001") == true)
    #expect(failure?.exitCode == 1)
  }

  @Test("a category selects its rules; an unknown one is wrong usage")
  func category() throws {
    let selected = try RulesCommand.rules(of: "Inter-Agent", in: rules)
    #expect(!selected.isEmpty && selected.allSatisfy { $0.category == .interAgent })
    #expect(try RulesCommand.rules(of: nil, in: rules).count == rules.count)
    let failure = #expect(throws: CommandFailure.self) { try RulesCommand.rules(of: "interagent", in: rules) }
    #expect(failure?.exitCode == 64 && failure?.hint == "did you mean inter-agent?")
  }

  @Test("the table and every card fit 80 columns and hold no control character")
  func cards() throws {
    let screen = Terminal(isInteractive: true, columns: 80, style: .plain)
    let output = ResultOutput(memoryFor: screen)
    try RuleTable.table(rules.definitions).write(to: output)
    for rule in rules.definitions { try RuleCard(rule: rule).write(to: output) }
    for line in output.text.split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= 80, "\(line)")
      #expect(
        !line.unicodeScalars.contains {
          $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        })
    }
  }

  @Test("a card says what, why, how, where and what to do, with examples of both kinds")
  func card() throws {
    var rule = RuleDefinition(id: "X-1", name: "Some rule", severity: .high, category: .mcpAttack)
    rule.description = "What it sees."
    rule.remediation = "What to do about it."
    rule.roles = [RoleSet(.message), RoleSet(.toolResult)]
    rule.roleSeverity = [.message: .low]
    rule.patterns = [RulePattern("abc"), RulePattern("def")]
    rule.validators = ["luhn"]
    rule.proof = .validator
    rule.matches = [RuleExample(role: .message, text: "found\u{1B}[2J here")]
    rule.passes = [RuleExample(text: "left alone")]
    let output = ResultOutput(memoryFor: .none)
    try RuleCard(rule: rule).write(to: output)
    for part in [
      "X-1  Some rule", "high, mcp-attack", "What it sees.", "Any one of 2 patterns", "Luhn", "What to do about it.",
      "tool_result, message (there at most low).", "message  found<U+001B>[2J here", "left alone",
    ] { #expect(output.text.contains(part), "\(part)") }
  }

  @Test("every validator that a rule names has plain words")
  func validatorWords() {
    for rule in rules.definitions {
      for name in rule.validators {
        #expect(!RuleWords.matching(rule).joined().contains("checked: \(name.replacing("_", with: " "))"), "\(name)")
      }
    }
  }

  @Test("the words about proof follow the definition")
  func proofWords() {
    var rule = RuleDefinition(id: "X-1", name: "n", severity: .critical, category: .mcpAttack)
    rule.patterns = [RulePattern("abc")]
    #expect(
      RuleWords.matching(rule).last == "The finding is critical when a second, independent rule confirms it, else high."
    )
    rule.proof = .pattern
    #expect(RuleWords.matching(rule).last == "The form alone is proof: the finding is critical.")
    rule.match = .all
    rule.within = 120
    rule.patterns = ["a", "b"].map { group in
      var pattern = RulePattern("abc")
      pattern.group = group
      return pattern
    }
    #expect(RuleWords.matching(rule).first?.hasPrefix("2 different parts have to stand within 120 bytes") == true)
  }
}
