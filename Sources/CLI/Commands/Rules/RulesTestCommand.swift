import ArgumentParser
import Guard
import RuleFiles

/// `oktsec rules test`: runs the examples of a rule file through the engine.
struct RulesTestCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run a rule file's own examples.",
    usage: "oktsec rules test [options] <file>",
    discussion: """
      Every text under 'matches' must be found by its rule, no text under 'passes' may be; in rules with 'match_mode' \
      these are 'examples.true_positive' and 'examples.false_positive'. The exit status is 1 when one is not so, and 65 \
      when the file cannot be used.

      Examples:
        oktsec rules test rules/acme.yaml
      """)

  @Argument(help: ArgumentHelp("A file with rules.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let (file, rules) = try Self.read(file)
    let failures = RuleExamples(file: file).failures(with: Inspector(rules: rules))
    for failure in failures { try output.line(TerminalText.line(failure.description)) }
    for rule in file.rules {
      for note in rule.notes { Diagnostics.note(file.problem(note.place, rule, note.text).description) }
      let (definition, names) = (rule.definition, rule.format.exampleNames)
      guard definition.matches.isEmpty || definition.passes.isEmpty else { continue }
      let missing = definition.matches.isEmpty ? names.matches : names.passes
      Diagnostics.warning(file.problem(rule.place, rule, "there are no examples of '\(missing)'").description)
    }
    let count = file.rules.reduce(0) { $0 + $1.definition.matches.count + $1.definition.passes.count }
    try output.line(
      "\(Self.count(file.rules.count, "rule")), \(Self.count(count, "example")), "
        + (failures.isEmpty ? "all as they should be" : "\(failures.count) not as they should be"))
    guard failures.isEmpty else {
      try output.flush()
      throw ExitStatus(code: ExitCode.failure)
    }
  }

  private static func read(_ path: String) throws(CommandFailure) -> (CustomRuleFile, RuleSet) {
    let file: CustomRuleFile
    do throws(CustomRuleProblem) {
      file = try CustomRuleFile(path: path)
    } catch {
      throw CommandFailure(error.description, exitCode: ExitCode.badInput)
    }
    do throws(RuleCompilationError) {
      return (file, try RuleSet(file.rules.map(\.definition)))
    } catch {
      throw CommandFailure("\(path): \(error)", exitCode: ExitCode.badInput)
    }
  }

  private static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
