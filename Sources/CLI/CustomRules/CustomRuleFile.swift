import Guard
import RuleFiles
import YAML

/// A file of rules that a user wrote, checked as far as it can be without running it. It is taken as a whole or not at
/// all: half of what somebody wrote is not what they meant.
struct CustomRuleFile {
  let path: String
  let rules: [LocatedRule]

  /// Patterns and exclusions: what has to be compiled.
  var expressionCount: Int {
    rules.reduce(0) { $0 + $1.definition.patterns.count + $1.definition.exclude.count }
  }

  /// Reads the file and compiles each expression by itself.
  ///
  /// - Throws: the first problem.
  init(path: String) throws(CustomRuleProblem) {
    self.path = path
    let text: [UInt8]
    do throws(FileError) {
      text = try SmallFile.read(path, maximum: CustomRuleLimit.fileLength).bytes
    } catch {
      throw CustomRuleProblem(path: path, place: nil, reason: error.reason)
    }
    do throws(YAMLError) {
      rules = try RuleFile.locatedRules(
        text.starts(with: TextPosition.byteOrderMark) ? Array(text.dropFirst(TextPosition.byteOrderMark.count)) : text)
    } catch {
      throw CustomRuleProblem(
        path: path, place: .init(line: error.line, column: error.column), reason: error.reason)
    }
    guard !rules.isEmpty else { throw CustomRuleProblem(path: path, place: nil, reason: "no rules in it") }
    guard rules.count <= CustomRuleLimit.rules, expressionCount <= CustomRuleLimit.expressions else {
      throw CustomRuleProblem(
        path: path, place: nil,
        reason: "more than \(CustomRuleLimit.rules) rules or \(CustomRuleLimit.expressions) expressions")
    }
    var ids: Set<String> = []
    for rule in rules {
      guard ids.insert(rule.definition.id.lowercased()).inserted else {
        throw problem(rule.place, rule, "the id stands twice")
      }
      try check(rule)
    }
  }

  /// A problem at a place of this file.
  func problem(_ place: LocatedRule.Place, _ rule: LocatedRule, _ reason: String) -> CustomRuleProblem {
    CustomRuleProblem(path: path, place: place, reason: "\(rule.definition.id): \(reason)")
  }

  // MARK: Checks

  private func check(_ rule: LocatedRule) throws(CustomRuleProblem) {
    let definition = rule.definition
    guard Self.isID(definition.id) else {
      throw CustomRuleProblem(
        path: path, place: rule.place,
        reason: "an id has 1 to \(CustomRuleLimit.idLength) letters, digits, '-', '_' and '.'")
    }
    guard !definition.roles.roles.isEmpty else { throw problem(rule.place, rule, "it has no roles") }
    guard definition.within <= CustomRuleLimit.within else {
      throw problem(rule.within, rule, "within is at most \(CustomRuleLimit.within)")
    }
    for (name, place) in zip(definition.validators, rule.validators) where Validators.named(name) == nil {
      throw problem(place, rule, "unknown validator \(name)")
    }
    if definition.proof == .validator, definition.validators.isEmpty {
      throw problem(rule.place, rule, "proof: validator needs validators")
    }
    if Set(definition.patterns.map(\.group)).count > Self.maximumGroups {
      throw problem(rule.place, rule, "more than \(Self.maximumGroups) parts that all have to match")
    }
    let replaced = try? BuiltinRules.load().definition(of: definition.id)
    for (pattern, place) in zip(definition.patterns, rule.patterns) {
      if let replaced, Self.has(replaced, pattern, of: definition) { continue }
      if let defect = ExpressionCheck.defect(of: pattern) { throw problem(place, rule, defect) }
    }
    for (expression, place) in zip(definition.exclude, rule.excludes) {
      if let replaced, replaced.exclude.contains(expression) { continue }
      if let defect = ExpressionCheck.defect(ofExclusion: expression) { throw problem(place, rule, defect) }
    }
  }

  /// Whether the built-in rule that this one replaces looks for the same in the same texts. It can be compiled then, and
  /// no text gets slower, even by one that would be refused in a rule of its own.
  private static func has(_ builtin: RuleDefinition, _ pattern: RulePattern, of rule: RuleDefinition) -> Bool {
    builtin.roles.isSuperset(of: rule.roles)
      && builtin.patterns.contains { known in
        known.value == pattern.value && known.isLiteral == pattern.isLiteral && known.ignoresCase == pattern.ignoresCase
          && (known.view == nil || known.view == pattern.view)
      }
  }

  private static let maximumGroups = 64

  private static func isID(_ id: String) -> Bool {
    (1...CustomRuleLimit.idLength).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}

/// What is wrong with a user's rules, and where.
struct CustomRuleProblem: Error, Equatable, CustomStringConvertible {
  let path: String
  /// Nil: the file as a whole.
  let place: LocatedRule.Place?
  let reason: String

  var description: String {
    guard let place else { return "\(path): \(reason)" }
    return "\(path):\(place.line):\(place.column): \(reason)"
  }
}
