import Guard
import YAML

/// Reads files of rules: one rule, several documents, or documents with a list `rules`. Each rule is in the project's own
/// format or in the one with `match_mode`; a file may hold both kinds.
package enum RuleFile {
  /// The rules of one file, in its order.
  ///
  /// - Throws: the first problem, with line and column.
  package static func rules(_ text: [UInt8]) throws(YAMLError) -> [RuleDefinition] {
    try locatedRules(text).map(\.definition)
  }

  /// The same, with the places of what can turn out wrong later.
  package static func locatedRules(_ text: [UInt8]) throws(YAMLError) -> [LocatedRule] {
    var rules: [LocatedRule] = []
    for document in try YAMLParser.documents(text) {
      for node in try nodes(document) { rules.append(try located(node)) }
    }
    return rules
  }

  /// The rules of a document: itself, or what its list `rules` holds.
  private static func nodes(_ document: YAMLNode) throws(YAMLError) -> [YAMLNode] {
    guard let list = document["rules"] else { return [document] }
    for (name, _) in document.members ?? [] where name.text != "rules" {
      throw problem(name, "beside the list 'rules' there can be nothing else")
    }
    guard let nodes = list.elements else { throw problem(list, "expected a list of rules") }
    return nodes
  }

  private static func located(_ node: YAMLNode) throws(YAMLError) -> LocatedRule {
    guard try RuleFormat(of: node) == .matchMode else { return LocatedRule(try rule(node), node, .own, notes: []) }
    let translation = try MatchModeRule.translated(node)
    return LocatedRule(try rule(translation.rule), translation.rule, .matchMode, notes: translation.notes)
  }

  private static func rule(_ document: YAMLNode) throws(YAMLError) -> RuleDefinition {
    guard let members = document.members else { throw problem(document, "a rule must be a mapping") }
    func member(_ name: String) throws(YAMLError) -> YAMLNode {
      guard let found = members.first(where: { $0.name.text == name }) else {
        throw problem(document, "\(name) is missing")
      }
      return found.value
    }
    var rule = RuleDefinition(
      id: try string(try member("id")), name: try string(try member("name")),
      severity: try severity(try member("severity")), category: try category(try member("category")))
    for (name, value) in members { try set(name, value, on: &rule) }
    guard !rule.patterns.isEmpty else { throw problem(document, "\(rule.id) has no patterns") }
    return rule
  }

  private static func set(
    _ name: YAMLNode, _ value: YAMLNode, on rule: inout RuleDefinition
  ) throws(YAMLError) {
    switch name.text ?? "" {
    case "id", "name", "severity", "category": break
    case "description": rule.description = try string(value)
    case "remediation": rule.remediation = try string(value)
    case "signal": rule.signal = try string(value)
    case "roles": rule.roles = RoleSet(try list(value, role).map { RoleSet($0) })
    case "role_severity":
      guard let members = value.members else { throw problem(value, "expected a mapping") }
      for (name, value) in members { rule.roleSeverity[try role(name)] = try severity(value) }
    case "match":
      switch try string(value) {
      case "any": rule.match = .any
      case "all": rule.match = .all
      default: throw problem(value, "match is any or all")
      }
    case "within":
      guard let number = Int(try string(value)), number > 0 else { throw problem(value, "expected a number") }
      rule.within = number
    case "proof":
      switch try string(value) {
      case "signal": rule.proof = .signal
      case "pattern": rule.proof = .pattern
      case "validator": rule.proof = .validator
      default: throw problem(value, "proof is signal, pattern or validator")
      }
    case "patterns": rule.patterns = try list(value, pattern)
    case "validators": rule.validators = try list(value, string)
    case "exclude": rule.exclude = try list(value, string)
    case "sensitive": rule.isSensitive = try boolean(value)
    case "matches": rule.matches = try list(value, example)
    case "passes": rule.passes = try list(value, example)
    default: throw .unknownMember(name, known: RuleFormat.own.members, elsewhere: RuleFormat.matchMode.members)
    }
  }

  private static func pattern(_ node: YAMLNode) throws(YAMLError) -> RulePattern {
    guard let members = node.members else { throw problem(node, "a pattern must be a mapping") }
    var pattern = RulePattern("")
    for (name, value) in members {
      switch name.text ?? "" {
      case "value": pattern.value = try string(value)
      case "type":
        switch try string(value) {
        case "regex": pattern.isLiteral = false
        case "literal": pattern.isLiteral = true
        default: throw problem(value, "type is regex or literal")
        }
      case "nocase": pattern.ignoresCase = try boolean(value)
      case "proof": pattern.isProof = try boolean(value)
      case "group": pattern.group = try string(value)
      case "view":
        switch try string(value) {
        case "text": pattern.view = .text
        case "folded": pattern.view = .folded
        case "decoded": pattern.view = .decoded
        default: throw problem(value, "view is text, folded or decoded")
        }
      default: throw .unknownMember(name, known: RuleFormat.own.patternMembers)
      }
    }
    guard !pattern.value.isEmpty else { throw problem(node, "a pattern needs a value") }
    return pattern
  }

  private static func example(_ node: YAMLNode) throws(YAMLError) -> RuleExample {
    guard let members = node.members else { return RuleExample(text: try string(node)) }
    var example = RuleExample(text: "")
    for (name, value) in members {
      switch name.text ?? "" {
      case "role": example.role = try role(value)
      case "text": example.text = try string(value)
      case "parts": example.text = try list(value, string).joined()
      default: throw .unknownMember(name, known: ["role", "text", "parts"])
      }
    }
    return example
  }

  // MARK: Values

  private static func list<Element>(
    _ node: YAMLNode, _ element: (YAMLNode) throws(YAMLError) -> Element
  ) throws(YAMLError) -> [Element] {
    guard let nodes = node.elements else { throw problem(node, "expected a list") }
    var result: [Element] = []
    for node in nodes { result.append(try element(node)) }
    return result
  }

  private static func string(_ node: YAMLNode) throws(YAMLError) -> String {
    guard let text = node.text else { throw problem(node, "expected text") }
    return text
  }

  private static func boolean(_ node: YAMLNode) throws(YAMLError) -> Bool {
    switch try string(node) {
    case "true": return true
    case "false": return false
    default: throw problem(node, "expected true or false")
    }
  }

  private static func severity(_ node: YAMLNode) throws(YAMLError) -> Severity {
    guard let severity = Severity(name: try string(node)) else { throw problem(node, "unknown severity") }
    return severity
  }

  private static func role(_ node: YAMLNode) throws(YAMLError) -> Role {
    guard let role = Role(name: try string(node)) else { throw problem(node, "unknown role") }
    return role
  }

  private static func category(_ node: YAMLNode) throws(YAMLError) -> Category {
    guard let category = Category(rawValue: try string(node)) else { throw problem(node, "unknown category") }
    return category
  }

  private static func problem(_ node: YAMLNode, _ reason: String) -> YAMLError {
    YAMLError(node, reason)
  }
}
