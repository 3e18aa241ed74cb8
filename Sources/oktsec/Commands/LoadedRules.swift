import Guard

/// The rules in force.
enum LoadedRules {
  /// - Parameter config: the file named by `--config`; nil: the usual lookup.
  static func load(config: String?) throws(CommandFailure) -> RuleSet {
    do throws(RuleTableError) {
      return try BuiltinRules.load()
    } catch {
      throw CommandFailure(
        "the built-in rules cannot be read: \(error)", hint: "this binary is damaged; install it again")
    }
  }
}
