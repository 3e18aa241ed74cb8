import Guard

/// The rules in force: the built-in ones and, when the config names a folder, the user's own.
package struct LoadedRules {
  let rules: RuleSet
  /// By id in lower case; a rule that is not in it is built in.
  let origins: [String: Origin]
  /// Why some of the user's files are not used.
  let problems: [CustomRuleProblem]

  enum Origin {
    case custom
    /// A user's rule with the id of a built-in one, which it replaces.
    case replacement

    var word: String {
      switch self {
      case .custom: "custom"
      case .replacement: "replaced"
      }
    }
  }

  /// - Throws: only when the binary is damaged. Whatever the user's files are, the built-in rules hold.
  init(_ configuration: Configuration) throws(CommandFailure) {
    let builtin: RuleSet
    do throws(RuleTableError) {
      builtin = try BuiltinRules.load()
    } catch {
      throw CommandFailure(
        "the built-in rules cannot be read: \(error)", hint: "this binary is damaged; install it again")
    }
    // Nothing else is touched at the start of a relay without rules of its own.
    guard let path = configuration.customRulesFolder else {
      (rules, origins, problems) = (builtin, [:], [])
      return
    }
    let folder = CustomRuleFolder(path: path)
    guard !folder.rules.isEmpty else {
      (rules, origins, problems) = (builtin, [:], folder.problems)
      return
    }
    do throws(RuleCompilationError) {
      rules = try Self.compile(folder.rules, over: builtin)
    } catch {
      // Each file was fine by itself: together they exceed the tables. There is no way to say which one is at fault.
      rules = builtin
      origins = [:]
      problems = folder.problems + [CustomRuleProblem(path: path, place: nil, reason: error.description)]
      return
    }
    let known = Set(builtin.ids.map { $0.lowercased() })
    var origins: [String: Origin] = [:]
    for rule in folder.rules {
      let id = rule.id.lowercased()
      origins[id] = known.contains(id) ? .replacement : .custom
    }
    self.origins = origins
    problems = folder.problems
  }

  /// The rules in force. What is wrong with the user's is said on standard error.
  package static func load(_ configuration: Configuration) throws(CommandFailure) -> RuleSet {
    let loaded = try LoadedRules(configuration)
    loaded.reportProblems()
    return loaded.rules
  }

  func reportProblems() {
    for problem in problems { Diagnostics.warning("\(problem); its rules are not used, the built-in ones are") }
  }

  func origin(of id: String) -> Origin? { origins[id.lowercased()] }

  private static func compile(
    _ own: [RuleDefinition], over builtin: RuleSet
  ) throws(RuleCompilationError) -> RuleSet {
    try RuleSet(builtin, adding: own)
  }
}
