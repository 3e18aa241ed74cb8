import Testing

@testable import Guard

/// Every example of every shipped rule goes through the whole engine: a rule without executed examples does not exist.
@Suite struct RuleExampleTests {
  private static func found(_ example: RuleExample, _ rule: RuleDefinition, _ inspector: Inspector) -> Bool {
    let roles: [Role] = [.toolResult, .message, .toolArguments, .toolDescription, .error, .prompt, .resource]
    let role = example.role ?? roles.first { rule.roles.contains(RoleSet($0)) } ?? .message
    var text = example.text
    return text.withUTF8 { bytes in
      inspector.inspect(text: UnsafeRawBufferPointer(bytes), role: role).findings.contains { $0.rule == rule.id }
    }
  }

  @Test("every rule finds its matching examples")
  func matches() throws {
    let rules = try BuiltinRules.load()
    let inspector = Inspector(rules: rules)
    for rule in rules.definitions {
      #expect(rule.matches.count >= 3, "\(rule.id) has fewer than three matching examples")
      for (index, example) in rule.matches.enumerated() {
        #expect(Self.found(example, rule, inspector), "\(rule.id) misses its matching example \(index)")
      }
    }
  }

  @Test("no rule finds its near misses")
  func passes() throws {
    let rules = try BuiltinRules.load()
    let inspector = Inspector(rules: rules)
    for rule in rules.definitions {
      #expect(rule.passes.count >= 3, "\(rule.id) has fewer than three near misses")
      for (index, example) in rule.passes.enumerated() {
        #expect(!Self.found(example, rule, inspector), "\(rule.id) finds its near miss \(index)")
      }
    }
  }
}
