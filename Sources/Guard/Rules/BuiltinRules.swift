import CRuleTables

/// The rules that the product ships: compiled from `rules/*.yaml` by `make generate`, read where they lie in the
/// binary.
package enum BuiltinRules {
  /// The shipped rules. Reading them takes well under a millisecond and happens once.
  ///
  /// - Throws: only when the binary was built from damaged tables; a test reads them on every run.
  package static func load() throws(RuleTableError) -> RuleSet {
    try shared.get()
  }

  private static let shared: Result<RuleSet, RuleTableError> = {
    let bytes = UnsafeRawBufferPointer(start: oktsec_rule_tables(), count: oktsec_rule_tables_length())
    do throws(RuleTableError) { return .success(try RuleSet(tables: bytes)) } catch { return .failure(error) }
  }()
}
