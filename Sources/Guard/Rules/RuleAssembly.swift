import Matching

/// Collects rules and their patterns in table order.
struct RuleAssembly {
  private(set) var cores: [RuleSet.Core] = []
  private(set) var owners: [RuleSet.PatternOwner] = []

  private var patterns: [Pattern] = []
  private var excludes: [Pattern] = []
  private var signals: [String: Int] = [:]

  mutating func add(_ rule: RuleDefinition) throws(RuleCompilationError) {
    let first = excludes.count
    for expression in rule.exclude { excludes.append(try Self.parse(expression, of: rule)) }
    var groups: [String: Int] = [:]
    for pattern in rule.patterns {
      let parsed =
        pattern.isLiteral
        ? Pattern(literal: pattern.value, caseInsensitive: pattern.ignoresCase)
        : try Self.parse(pattern.value, of: rule)
      let group = groups[pattern.group, default: groups.count]
      groups[pattern.group] = group
      patterns.append(parsed)
      owners.append(
        RuleSet.PatternOwner(rule: cores.count, group: group, view: pattern.view, isProof: pattern.isProof))
    }
    try append(rule, groupCount: groups.count, excludes: first..<excludes.count)
  }

  /// The part that needs no expression: also used when the tables are read.
  mutating func append(
    _ rule: RuleDefinition, groupCount: Int, excludes: Range<Int>
  ) throws(RuleCompilationError) {
    guard groupCount <= 64 else { throw RuleCompilationError(rule: rule.id, reason: "more than 64 groups") }
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
        proof: rule.proof, signal: signal, groupCount: groupCount, isSensitive: rule.isSensitive,
        validators: validators, excludes: excludes))
  }

  func compilePatterns() throws(RuleCompilationError) -> PatternSet {
    do {
      return try PatternSet(patterns)
    } catch {
      throw RuleCompilationError(rule: "patterns", reason: "\(error)")
    }
  }

  func compileExcludes() throws(RuleCompilationError) -> PatternSet? {
    guard !excludes.isEmpty else { return nil }
    do {
      return try PatternSet(excludes)
    } catch {
      throw RuleCompilationError(rule: "exclude", reason: "\(error)")
    }
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
