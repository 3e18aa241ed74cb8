import Guard
import RuleFiles

/// The examples of a rule file, to be run through the whole engine.
struct RuleExamples {
  let file: CustomRuleFile

  /// The examples that are not as their authors say, in the order of the file.
  func failures(with inspector: Inspector) -> [CustomRuleProblem] {
    var failures: [CustomRuleProblem] = []
    for rule in file.rules {
      let definition = rule.definition
      let names = rule.format.exampleNames
      for (example, place) in zip(definition.matches, rule.matches)
      where !Self.finds(definition, example, inspector) {
        failures.append(file.problem(place, rule, "does not find this example of '\(names.matches)'"))
      }
      for (example, place) in zip(definition.passes, rule.passes) where Self.finds(definition, example, inspector) {
        failures.append(file.problem(place, rule, "finds this example of '\(names.passes)'"))
      }
    }
    return failures
  }

  /// An example without a role stands in the first of these that the rule has.
  private static let usualRoles: [Role] = [
    .toolResult, .message, .toolArguments, .toolDescription, .error, .prompt, .resource,
  ]

  private static func finds(_ rule: RuleDefinition, _ example: RuleExample, _ inspector: Inspector) -> Bool {
    let role = example.role ?? usualRoles.first { rule.roles.contains(RoleSet($0)) } ?? .message
    var text = example.text
    return text.withUTF8 { bytes in
      inspector.inspect(text: UnsafeRawBufferPointer(bytes), role: role).findings.contains { $0.rule == rule.id }
    }
  }
}
