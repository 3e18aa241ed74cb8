import ArgumentParser
import Guard
import JSONRPC

/// `oktsec rules list`, or `oktsec rules`: what is looked for.
struct RulesListCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the rules, or explain one.",
    usage: "oktsec rules [list] [options]",
    discussion: """
      Examples:
        oktsec rules --category credential-leak
        oktsec rules --explain PROMPT_INJECTION_001
      """)

  @Option(help: ArgumentHelp("Show everything about one rule.", valueName: "id"))
  var explain: String?

  @Option(help: ArgumentHelp("Only rules of this category.", valueName: "category"))
  var category: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if explain != nil, category != nil { throw ValidationError("--explain and --category exclude each other") }
  }

  func run(to output: ResultOutput) throws {
    let loaded = try LoadedRules(global.configuration())
    loaded.reportProblems()
    if let explain {
      try show(try RulesCommand.rule(explain, in: loaded.rules), loaded, output)
    } else {
      try list(try RulesCommand.rules(of: category, in: loaded.rules), loaded, output)
    }
  }

  private func show(_ rule: RuleDefinition, _ loaded: LoadedRules, _ output: ResultOutput) throws {
    let origin = loaded.origin(of: rule.id)
    guard json else { return try RuleCard(rule: rule, origin: origin).write(to: output) }
    var writer = JSONWriter()
    RuleJSON.write(rule, origin: origin, withExamples: true, to: &writer)
    try output.json(writer.text)
  }

  private func list(_ rules: [RuleDefinition], _ loaded: LoadedRules, _ output: ResultOutput) throws {
    guard !json else {
      var writer = JSONWriter()
      writer.array { writer in
        for rule in rules {
          writer.element()
          RuleJSON.write(rule, origin: loaded.origin(of: rule.id), withExamples: false, to: &writer)
        }
      }
      return try output.json(writer.text)
    }
    try RuleTable.table(rules, origins: loaded.origins).write(to: output)
    guard output.terminal.isInteractive else { return }
    try output.line()
    try output.line("\(rules.count) \(rules.count == 1 ? "rule" : "rules"). 'oktsec rules --explain ID' shows one.")
  }
}
