import Testing

@testable import Guard

/// Two sets, one compiled before and one added, must give what one set of both gives.
@Suite("rules added to compiled ones")
struct AddedRulesTests {
  private static func rule(_ id: String, _ patterns: [String], _ change: (inout RuleDefinition) -> Void = { _ in })
    -> RuleDefinition
  {
    var rule = RuleDefinition(id: id, name: "Rule \(id)", severity: .high, category: .exfiltration)
    rule.patterns = patterns.map { RulePattern($0) }
    change(&rule)
    return rule
  }

  private static let first = [
    rule("A", ["apple[0-9]"]), rule("B", ["banana"]) { $0.exclude = ["banana"] },
    rule("C", ["cherry"]) { $0.signal = "fruit" },
  ]
  private static let second = [
    rule("D", ["damson"]),
    rule("E", ["elder", "fig tree"]) {
      $0.match = .all
      $0.patterns[0].group = "a"
      $0.patterns[1].group = "b"
    },
    rule("F", ["grape[a-z]{0,4}"]) { $0.exclude = ["grapes"] },
    rule("G", ["guava"]) { $0.signal = "fruit" },
    rule("H", ["hazel"]) { $0.roles = [RoleSet(.toolResult)] },
  ]

  private static func found(_ text: String, _ rules: RuleSet) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
      Inspector(rules: rules).inspect(text: UnsafeRawBufferPointer(bytes), role: .message).findings
        .map { "\($0.rule) \($0.severity.name) \($0.place.range)" }.sorted()
    }
  }

  @Test(
    "findings and their proof are those of one set",
    arguments: [
      "apple1", "apple1 and damson", "banana damson", "cherry and guava", "damson and guava", "elder by the fig tree",
      "grapes", "graped wine", "hazel apple2", "nothing at all",
      "fig tree " + String(repeating: "x", count: 500) + " elder",
      String(repeating: "apple3 damson guava ", count: 9000),
    ])
  func equivalence(text: String) throws {
    let apart = try RuleSet(try RuleSet(Self.first), adding: Self.second)
    #expect(Self.found(text, apart) == Self.found(text, try RuleSet(Self.first + Self.second)))
  }

  @Test("rules of both parts prove each other; rules of one signal do not")
  func proof() throws {
    let rules = try RuleSet(try RuleSet(Self.first), adding: Self.second)
    #expect(Self.found("damson and apple1", rules).allSatisfy { $0.contains(" high ") })
    #expect(Self.found("cherry and guava", rules).allSatisfy { $0.contains(" medium ") })
  }

  @Test("a rule with an id of the first part replaces it, whatever its case")
  func replacement() throws {
    let rules = try RuleSet(try RuleSet(Self.first), adding: [Self.rule("a", ["apricot"])])
    #expect(rules.ids == ["B", "C", "a"])
    #expect(rules.count == 3 && rules.definitions.count == 3)
    #expect(rules.definition(of: "A")?.patterns.first?.value == "apricot")
    #expect(Self.found("apple1", rules).isEmpty)
    #expect(Self.found("apricot", rules).count == 1)
  }
}
