import Guard
import Matching
import Testing
import YAML

@testable import RuleFiles

@Suite struct RuleFileTests {
  @Test("every committed rule can be read, has a unique id and at least three examples of each kind")
  func committed() throws {
    var ids: Set<String> = []
    for (file, rules) in try CommittedRules.files() {
      #expect(!rules.isEmpty, "\(file)")
      for rule in rules {
        #expect(ids.insert(rule.id).inserted, "\(rule.id) stands twice")
        #expect(rule.matches.count >= 3 && rule.passes.count >= 3, "\(rule.id) lacks examples")
        #expect(!rule.description.isEmpty && !rule.remediation.isEmpty, "\(rule.id) lacks words")
        #expect(file.hasPrefix("\(rule.category.rawValue)."), "\(rule.id) stands in another category's file")
      }
    }
    #expect(ids.count >= 200)
  }

  @Test("every expression of the committed rules is one that the engine accepts")
  func expressions() throws {
    for (_, rules) in try CommittedRules.files() {
      for rule in rules {
        for pattern in rule.patterns where !pattern.isLiteral { _ = try Pattern(pattern.value) }
        for expression in rule.exclude { _ = try Pattern(expression) }
      }
    }
  }

  @Test("every validator that a rule names exists, and a rule proven by validators has some")
  func validators() throws {
    for rule in try CommittedRules.all() {
      for name in rule.validators { #expect(Validators.named(name) != nil, "\(rule.id): \(name)") }
      if rule.proof == .validator { #expect(!rule.validators.isEmpty, "\(rule.id)") }
    }
  }

  @Test("a problem is told with its line")
  func problems() {
    for (text, line) in [
      ("id: A\nname: b\nseverity: awful\ncategory: pii\n", 3), ("id: A\nid: B\n", 2), ("a: *x\n", 1), ("- [\n", 2),
      ("id: A\nname: b\nseverity: low\ncategory: pii\ncolour: red\n", 5),
    ] {
      do {
        _ = try RuleFile.rules(Array(text.utf8))
        Issue.record("accepted: \(text)")
      } catch {
        #expect(error.line == line)
      }
    }
  }
}
