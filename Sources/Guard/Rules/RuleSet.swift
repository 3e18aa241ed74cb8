import Matching

/// Compiled rules: immutable, shared by all threads.
package final class RuleSet: Sendable {
  /// What the evaluation of a match needs to know about its rule.
  struct Core: Sendable {
    var id: String
    var name: String
    var category: Category
    var roles: RoleSet
    /// The ceiling by role, indexed by `Role.rawValue`.
    var severities: [Severity]
    var match: MatchMode
    var within: Int
    var proof: Proof
    var signal: Int
    var groupCount: Int
    var isSensitive: Bool
    var validators: [any Validator]
    /// Indices into `excludes`.
    var excludes: Range<Int>

    /// The ceiling of what lies in texts of several roles: the lowest of theirs.
    func ceiling(in roles: RoleSet) -> Severity {
      var lowest = Severity.critical
      for role in severities.indices where roles.rawValue >> UInt8(role) & 1 != 0 {
        lowest = min(lowest, severities[role])
      }
      return lowest
    }
  }

  /// What a match of one pattern means.
  struct PatternOwner: Sendable {
    var rule: Int
    var group: Int
    var view: View?
    var isProof: Bool
  }

  let cores: [Core]
  let owners: [PatternOwner]
  let patterns: PatternSet
  /// All `exclude` expressions, in the order of the rules.
  let excludes: PatternSet?

  /// By number of a role and view (`TextKinds`): the patterns that can mean something in such a text.
  let masks: [PatternMask]

  /// Rules compiled apart and evaluated together with these; see `init(_:adding:)`.
  let addition: Addition?

  /// Compiled rules that are looked for besides. Their rules and patterns are numbered behind the others.
  struct Addition: Sendable {
    var patterns: PatternSet
    var excludes: PatternSet?
    var masks: [PatternMask]
    var firstRule: Int
    var firstPattern: Int
    var definitions: [RuleDefinition]
    /// Rules of the base that these replace: never matched, never shown.
    var replaced: Set<Int>
  }

  private let cards: Cards

  /// The author's text of every rule: kept apart, because only people ask for it.
  private enum Cards: Sendable {
    case definitions([RuleDefinition])
    /// Encoded definitions in memory that lives as long as the process.
    case tables(start: UInt, count: Int, offsets: [Int])
  }

  /// Compiles rules. Meant for the tables of the product and for users' own rules alike.
  ///
  /// - Throws: the first problem, with the rule's id.
  package init(_ definitions: [RuleDefinition]) throws(RuleCompilationError) {
    var assembly = RuleAssembly()
    for definition in definitions { try assembly.add(definition) }
    cores = assembly.cores
    owners = assembly.owners
    patterns = try assembly.compilePatterns()
    excludes = try assembly.compileExcludes()
    masks = Self.masks(cores, owners)
    cards = .definitions(definitions)
    addition = nil
  }

  /// The rules of `base` and others beside them, evaluated together: they prove each other as rules of one set do. A rule
  /// with an id of `base` replaces that one. Only the new rules are compiled; the tables of `base` stay where they are.
  ///
  /// - Parameter base: rules without an addition of their own.
  package init(_ base: RuleSet, adding definitions: [RuleDefinition]) throws(RuleCompilationError) {
    var assembly = RuleAssembly()
    for definition in definitions { try assembly.add(definition) }
    let firstRule = base.cores.count
    let firstPattern = base.owners.count
    let added = Set(definitions.map { $0.id.lowercased() })
    let replaced = Set(base.cores.indices.filter { added.contains(base.cores[$0].id.lowercased()) })

    var cores = base.cores
    for index in replaced { cores[index].roles = [] }
    // Signals are compared by number: equal names must get equal numbers in both parts.
    var signals: [String: Int] = [:]
    for (core, definition) in zip(base.cores, base.definitions) { signals[definition.signal] = core.signal }
    var nextSignal = (base.cores.map(\.signal).max() ?? -1) + 1
    for (var core, definition) in zip(assembly.cores, definitions) {
      if let known = signals[definition.signal] {
        core.signal = known
      } else {
        core.signal = nextSignal
        signals[definition.signal] = nextSignal
        nextSignal += 1
      }
      cores.append(core)
    }
    let owners = assembly.owners.map { owner in
      PatternOwner(rule: owner.rule + firstRule, group: owner.group, view: owner.view, isProof: owner.isProof)
    }
    self.cores = cores
    self.owners = base.owners + owners
    patterns = base.patterns
    excludes = base.excludes
    masks = replaced.isEmpty ? base.masks : Self.masks(cores, base.owners)
    cards = base.cards
    addition = Addition(
      patterns: try assembly.compilePatterns(), excludes: try assembly.compileExcludes(),
      masks: Self.masks(cores, owners), firstRule: firstRule, firstPattern: firstPattern, definitions: definitions,
      replaced: replaced)
  }

  /// Reads tables made by `encodedTables`. The memory must live as long as the process and is not copied.
  ///
  /// - Parameter isTrusted: see `PatternSet.init(tables:isTrusted:)`.
  package init(tables: UnsafeRawBufferPointer, isTrusted: Bool = false) throws(RuleTableError) {
    let parts = try RuleTables.decode(tables, isTrusted: isTrusted)
    cores = parts.cores
    owners = parts.owners
    patterns = parts.patterns
    excludes = parts.excludes
    masks = Self.masks(cores, owners)
    cards = .tables(
      start: UInt(bitPattern: parts.cards.baseAddress), count: parts.cards.count, offsets: parts.cardOffsets)
    addition = nil
  }

  private static func masks(_ cores: [Core], _ owners: [PatternOwner]) -> [PatternMask] {
    var masks = Array(repeating: PatternMask(patternCount: owners.count), count: TextKinds.count)
    for (pattern, owner) in owners.enumerated() {
      let roles = cores[owner.rule].roles
      for role in Role.allCases where roles.contains(RoleSet(role)) {
        for view in View.allCases where owner.view == nil || owner.view == view {
          masks[TextKinds.index(role, view)].insert(pattern)
        }
      }
    }
    return masks
  }

  package var count: Int { shown.count }

  /// The rules that are in force: all but replaced ones.
  private var shown: [Int] {
    guard let addition, !addition.replaced.isEmpty else { return Array(cores.indices) }
    return cores.indices.filter { !addition.replaced.contains($0) }
  }

  /// Ids in table order.
  package var ids: [String] { shown.map { cores[$0].id } }

  /// The rule as its author wrote it. Ids are compared without case.
  package func definition(of id: String) -> RuleDefinition? {
    let wanted = id.lowercased()
    guard let index = shown.first(where: { cores[$0].id.lowercased() == wanted }) else { return nil }
    return definition(at: index)
  }

  package func definition(at index: Int) -> RuleDefinition? {
    if let addition, index >= addition.firstRule {
      let own = index - addition.firstRule
      return addition.definitions.indices.contains(own) ? addition.definitions[own] : nil
    }
    switch cards {
    case .definitions(let definitions):
      return definitions.indices.contains(index) ? definitions[index] : nil
    case .tables(let start, let count, let offsets):
      guard offsets.indices.contains(index) else { return nil }
      var reader = ByteReader(
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: count), at: offsets[index])
      return try? RuleTables.definition(&reader)
    }
  }

  package var definitions: [RuleDefinition] { shown.compactMap { definition(at: $0) } }

  /// The rules as one block of bytes: deterministic, position-independent, to be read with `init(tables:)`.
  /// Not for rules with an addition: the tables hold one part.
  package func encodedTables() -> [UInt8] {
    RuleTables.encode(definitions: definitions, patterns: patterns, excludes: excludes)
  }
}

/// A rule that cannot be compiled, and why.
package struct RuleCompilationError: Error, Sendable, CustomStringConvertible {
  package let rule: String
  package let reason: String
  package var description: String { "\(rule): \(reason)" }
}
