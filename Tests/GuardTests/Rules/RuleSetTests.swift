import Testing

@testable import Guard

private func sample() -> RuleDefinition {
  var rule = RuleDefinition(id: "TEST_001", name: "Sample", severity: .high, category: .custom)
  rule.roles = [RoleSet(.message), RoleSet(.error)]
  rule.roleSeverity = [.error: .low]
  rule.match = .all
  rule.within = 80
  var second = RulePattern("SECRET")
  second.isLiteral = true
  second.ignoresCase = true
  second.group = "b"
  second.view = .folded
  rule.patterns = [RulePattern(#"\bsend\s+the\b"#), second]
  rule.validators = ["luhn"]
  rule.exclude = ["example"]
  rule.matches = [RuleExample(role: .error, text: "send the secret")]
  return rule
}

@Suite struct RuleSetTests {
  @Test("the shipped tables pass the complete check, which programs skip when they start")
  func shippedTables() throws {
    let checked = try BuiltinRules.checked()
    #expect(checked.ids == (try BuiltinRules.load().ids))
    #expect(checked.patterns.patternCount == checked.owners.count)
  }

  @Test("the patterns looked for in a text are those of its role and view")
  func masks() throws {
    let set = try RuleSet([sample()])
    func patterns(_ role: Role, _ view: View) -> [Int] {
      (0..<2).filter { set.masks[TextKinds.index(role, view)].contains($0) }
    }
    #expect(patterns(.message, .text) == [0])
    #expect(patterns(.error, .folded) == [0, 1])
    #expect(patterns(.prompt, .folded) == [])
  }

  @Test("a rule survives the tables with every field")
  func roundTrip() throws {
    let bytes = try RuleSet([sample()]).encodedTables()
    // The tables must outlive the set.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    let set = try RuleSet(tables: UnsafeRawBufferPointer(memory))
    #expect(set.definition(of: "test_001") == sample())
    #expect(set.encodedTables() == bytes)
    #expect(set.patterns.patternCount == 2)
  }

  @Test("tables cut at any byte are refused and never trap")
  func damagedTables() throws {
    let bytes = try RuleSet([sample()]).encodedTables()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    for length in stride(from: 0, to: bytes.count - 1, by: 7) {
      #expect(throws: RuleTableError.self) {
        try RuleSet(tables: UnsafeRawBufferPointer(rebasing: memory[..<length]))
      }
    }
  }

  @Test("an unknown validator and a broken expression are refused with the rule's id")
  func refusals() {
    var rule = sample()
    rule.validators = ["nonsense"]
    #expect(throws: RuleCompilationError.self) { try RuleSet([rule]) }
    rule.validators = []
    rule.patterns = [RulePattern("(unclosed")]
    do {
      _ = try RuleSet([rule])
      Issue.record("a broken expression was accepted")
    } catch {
      #expect(error.rule == "TEST_001")
    }
  }

  @Test("an expression that cannot be compiled is told with the id of its rule, wherever it stands")
  func uncompilable() {
    var first = sample()
    first.id = "TEST_000"
    for change in [{ $0.patterns[0].value = "a*" }, { $0.exclude = ["b?"] }] as [(inout RuleDefinition) -> Void] {
      var rule = sample()
      change(&rule)
      do {
        _ = try RuleSet([first, rule])
        Issue.record("an expression that matches nothing at all was accepted")
      } catch {
        #expect(error.rule == "TEST_001")
      }
    }
  }
}
