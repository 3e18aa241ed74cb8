import Matching

/// Collects rules and their patterns in table order.
struct RuleAssembly {
  private(set) var cores: [RuleSet.Core] = []
  private(set) var owners: [RuleSet.PatternOwner] = []

  private var patterns: [Pattern] = []
  private var excludes: [Pattern] = []
  private var excludeCount = 0
  private var signals: [String: Int] = [:]

  /// Parses the rule's expressions as well: for rules that are to be compiled.
  mutating func add(_ rule: RuleDefinition) throws(RuleCompilationError) {
    for expression in rule.exclude { excludes.append(try Self.parse(expression, of: rule)) }
    for pattern in rule.patterns {
      patterns.append(
        pattern.isLiteral
          ? Pattern(literal: pattern.value, caseInsensitive: pattern.ignoresCase)
          : try Self.parse(pattern.value, of: rule))
    }
    try append(rule)
  }

  /// The part that needs no expression: all that is left to do when compiled tables are read.
  mutating func append(_ rule: RuleDefinition) throws(RuleCompilationError) {
    let firstExclude = excludeCount
    excludeCount += rule.exclude.count
    var groups: [String: Int] = [:]
    for pattern in rule.patterns {
      let group = groups[pattern.group, default: groups.count]
      groups[pattern.group] = group
      owners.append(
        RuleSet.PatternOwner(rule: cores.count, group: group, view: pattern.view, isProof: pattern.isProof))
    }
    guard groups.count <= 64 else { throw RuleCompilationError(rule: rule.id, reason: "more than 64 groups") }
    var validators: [any Validator] = []
    for name in rule.validators {
      guard let validator = Validators.named(name) else {
        throw RuleCompilationError(rule: rule.id, reason: "unknown validator \(name)")
      }
      validators.append(validator)
    }
    let signal = signals[rule.signal, default: signals.count]
    signals[rule.signal] = signal
    cores.append(
      RuleSet.Core(
        id: rule.id, name: rule.name, category: rule.category, roles: rule.roles,
        severities: Role.allCases.map { rule.severity(in: $0) }, match: rule.match, within: rule.within,
        proof: rule.proof, signal: signal, groupCount: groups.count, isSensitive: rule.isSensitive,
        validators: validators, excludes: firstExclude..<excludeCount))
  }

  func compilePatterns() throws(RuleCompilationError) -> PatternSet {
    do {
      return try PatternSet(patterns)
    } catch {
      throw refusal(error) { owners[$0].rule }
    }
  }

  func compileExcludes() throws(RuleCompilationError) -> PatternSet? {
    guard !excludes.isEmpty else { return nil }
    do {
      return try PatternSet(excludes)
    } catch {
      throw refusal(error) { index in cores.firstIndex { $0.excludes.contains(index) } }
    }
  }

  /// Names the rule that a refused expression belongs to.
  private func refusal(_ error: PatternSetError, ruleOf: (Int) -> Int?) -> RuleCompilationError {
    guard let pattern = error.pattern, let rule = ruleOf(pattern) else {
      return RuleCompilationError(rule: "all rules", reason: "\(error)")
    }
    return RuleCompilationError(rule: cores[rule].id, reason: "an expression \(error.refusal)")
  }

  private static func parse(
    _ expression: String, of rule: RuleDefinition
  ) throws(RuleCompilationError) -> Pattern {
    do {
      return try Pattern(expression)
    } catch {
      throw RuleCompilationError(rule: rule.id, reason: "\(error)")
    }
  }
}
