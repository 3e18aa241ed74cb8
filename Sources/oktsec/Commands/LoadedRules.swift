import Guard

/// The rules in force.
enum LoadedRules {
  static func load(_ configuration: Configuration) throws(CommandFailure) -> RuleSet {
    do throws(RuleTableError) {
      return try BuiltinRules.load()
    } catch {
      throw CommandFailure(
        "the built-in rules cannot be read: \(error)", hint: "this binary is damaged; install it again")
    }
  }
}
