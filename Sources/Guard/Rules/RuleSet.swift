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

  package var count: Int { cores.count }

  /// Ids in table order.
  package var ids: [String] { cores.map(\.id) }

  /// The rule as its author wrote it. Ids are compared without case.
  package func definition(of id: String) -> RuleDefinition? {
    let wanted = id.lowercased()
    guard let index = cores.firstIndex(where: { $0.id.lowercased() == wanted }) else { return nil }
    return definition(at: index)
  }

  package func definition(at index: Int) -> RuleDefinition? {
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

  package var definitions: [RuleDefinition] { cores.indices.compactMap { definition(at: $0) } }

  /// The rules as one block of bytes: deterministic, position-independent, to be read with `init(tables:)`.
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
