import YAML

/// How a rule is written. Told by the members that only one of the two formats has.
package enum RuleFormat: Sendable {
  /// `docs/rule-format.md`.
  case own
  /// `match_mode`, patterns of type `contains`, `exclude_patterns`, `examples`.
  case matchMode

  /// - Throws: when a rule has members of both formats: half of it would be understood in another way than it was meant.
  init(of rule: YAMLNode) throws(YAMLError) {
    var own: YAMLNode?
    var other: YAMLNode?
    func note(_ name: YAMLNode, _ known: (own: [String], other: [String])) {
      guard let word = name.text else { return }
      switch (known.own.contains(word), known.other.contains(word)) {
      case (true, false): own = own ?? name
      case (false, true): other = other ?? name
      default: break
      }
    }
    for (name, _) in rule.members ?? [] { note(name, (Self.own.members, Self.matchMode.members)) }
    for pattern in rule["patterns"]?.elements ?? [] {
      for (name, _) in pattern.members ?? [] { note(name, (Self.own.patternMembers, Self.matchMode.patternMembers)) }
      if let type = pattern["type"] { note(type, (Self.own.patternTypes, Self.matchMode.patternTypes)) }
    }
    guard let other else {
      self = .own
      return
    }
    if let own {
      let isOwnFirst = (own.line, own.column) < (other.line, other.column)
      let (first, second) = isOwnFirst ? (own, other) : (other, own)
      throw YAMLError(
        second,
        "'\(second.text ?? "")' belongs to one format of rules and '\(first.text ?? "")' to another; write the rule in one "
          + "of them")
    }
    self = .matchMode
  }

  /// Both formats have the first six.
  var members: [String] {
    let common = ["id", "name", "severity", "category", "description", "remediation", "patterns"]
    switch self {
    case .own:
      return common + [
        "signal", "roles", "role_severity", "match", "within", "proof", "validators", "exclude", "sensitive", "matches",
        "passes",
      ]
    case .matchMode: return common + ["match_mode", "exclude_patterns", "examples", "targets"]
    }
  }

  var patternMembers: [String] {
    switch self {
    case .own: ["type", "value", "nocase", "proof", "group", "view"]
    case .matchMode: ["type", "value"]
    }
  }

  var patternTypes: [String] {
    switch self {
    case .own: ["regex", "literal"]
    case .matchMode: ["regex", "contains"]
    }
  }

  /// What the lists of examples are called: texts that the rule must find, texts that it must not.
  package var exampleNames: (matches: String, passes: String) {
    switch self {
    case .own: ("matches", "passes")
    case .matchMode: ("true_positive", "false_positive")
    }
  }
}
