import Guard
import RuleFiles
import Testing

/// The tables in the binary are made from rules/*.yaml and committed. When one of these tests fails after a change of
/// a rule, make them anew: `make generate`, that is `swift run -c release rulegen rules Sources/CRuleTables/rules.bin`.
@Suite("Built-in rules (after a change: make generate)") struct BuiltinRulesTests {
  @Test("load from the binary and are the rules of the files, in their order")
  func equalToFiles() throws {
    let builtin = try BuiltinRules.load()
    let written = try CommittedRules.all()
    #expect(builtin.ids == written.map(\.id), "run make generate")
    #expect(builtin.count == written.count)
  }

  @Test("hold every field of every rule as it is written")
  func fields() throws {
    let builtin = try BuiltinRules.load()
    for rule in try CommittedRules.all() {
      #expect(builtin.definition(of: rule.id) == rule, "\(rule.id) differs: run make generate")
    }
  }

  @Test("are read once and shared")
  func shared() throws {
    #expect(try BuiltinRules.load() === BuiltinRules.load())
  }
}
