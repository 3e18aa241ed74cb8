import CRuleTables

/// The rules that the product ships: compiled from `rules/*.yaml` by `make generate`, read where they lie in the
/// binary.
package enum BuiltinRules {
  /// The shipped rules. Reading them takes well under a millisecond and happens once.
  ///
  /// They are part of the executable, so the tables of the matching engine are not checked again at every start, which would
  /// bring all their pages into memory: a test reads them with `checked` on every run.
  ///
  /// - Throws: only when the binary was built from damaged tables.
  package static func load() throws(RuleTableError) -> RuleSet {
    try shared.get()
  }

  /// The shipped rules, read anew and checked to the last byte.
  package static func checked() throws(RuleTableError) -> RuleSet {
    try RuleSet(tables: bytes)
  }

  private static var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: oktsec_rule_tables(), count: oktsec_rule_tables_length())
  }

  private static let shared: Result<RuleSet, RuleTableError> = {
    do throws(RuleTableError) { return .success(try RuleSet(tables: bytes, isTrusted: true)) } catch {
      return .failure(error)
    }
  }()
}
