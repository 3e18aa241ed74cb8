import ArgumentParser
import Guard
import YAML

/// `oktsec rules`. It has no options of its own: the parser would take those of its subcommands for them.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List the rules, or explain one.",
    usage: """
      oktsec rules [options]
      oktsec rules test <file>
      """,
    discussion: """
      The options are those of 'oktsec rules list', which is what 'oktsec rules' does.

      Examples:
        oktsec rules --category credential-leak
        oktsec rules --explain PROMPT_INJECTION_001
      """,
    subcommands: [RulesListCommand.self, RulesTestCommand.self], defaultSubcommand: RulesListCommand.self)

  /// The rule with an id in any case.
  static func rule(_ id: String, in rules: RuleSet) throws(CommandFailure) -> RuleDefinition {
    if let rule = rules.definition(of: id) { return rule }
    throw CommandFailure(
      "there is no rule \(id)",
      hint: NearestWord.hint(for: id, among: rules.ids) ?? "'oktsec rules' lists them all")
  }

  /// All rules, or those of a category, in the order of the tables.
  static func rules(of category: String?, in rules: RuleSet) throws(CommandFailure) -> [RuleDefinition] {
    let all = rules.definitions
    guard let category else { return all }
    guard let wanted = Category.allCases.first(where: { $0.rawValue == category.lowercased() }) else {
      let names = Category.allCases.filter { name in all.contains { $0.category == name } }.map(\.rawValue)
      throw CommandFailure(
        "there is no category \(category)",
        hint: NearestWord.hint(for: category, among: names) ?? "one of \(names.joined(separator: ", "))",
        exitCode: ExitCode.usage)
    }
    return all.filter { $0.category == wanted }
  }
}
