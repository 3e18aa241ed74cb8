import Guard
import YAML

/// Rules with `match_mode`, as they are written for scanners of files, put into the project's own form. Places stay: what
/// is wrong with a rule is told where its author wrote it.
///
/// What is assumed is in `docs/rule-format.md`.
enum MatchModeRule {
  struct Translation {
    let rule: YAMLNode
    let notes: [LocatedRule.Note]
  }

  /// The engine joins no parts that are farther apart, in bytes. The format itself knows no distance.
  static let within = 8192

  /// - Throws: for a member or a value that the format does not have. The rest is checked as a rule of our own is.
  static func translated(_ node: YAMLNode) throws(YAMLError) -> Translation {
    var members: [(name: YAMLNode, value: YAMLNode)] = [made("proof", "pattern", at: node)]
    var notes: [LocatedRule.Note] = []
    let needsAll = try needsAll(node["match_mode"])
    for (name, value) in node.members ?? [] {
      switch name.text ?? "" {
      case "id", "name", "description", "remediation": members.append((name, value))
      case "severity": members.append((name, lowercased(value)))
      case "category":
        if let text = value.text, Category(rawValue: text) == nil {
          notes.append(.init(value, "the category '\(text)' is not one of ours: it is listed under 'custom'"))
          members.append(made("category", Category.custom.rawValue, at: value))
        } else {
          members.append((name, value))
        }
      case "match_mode":
        guard needsAll else { continue }
        members += [made("match", "all", at: value), made("within", "\(within)", at: value)]
      case "patterns":
        let patterns = try list(value) { node, place throws(YAMLError) in
          try pattern(node, group: needsAll ? place : nil)
        }
        members.append((name, patterns))
      case "exclude_patterns": members.append((renamed(name, "exclude"), try list(value, exclusion)))
      case "examples": members += try examples(value)
      case "targets":
        notes.append(.init(name, "'targets' is not used: the rule is applied to every text, not to files"))
      default: throw .unknownMember(name, known: RuleFormat.matchMode.members)
      }
    }
    if node["category"] == nil { members.append(made("category", Category.custom.rawValue, at: node)) }
    return Translation(
      rule: YAMLNode(value: .mapping(members), line: node.line, column: node.column), notes: notes)
  }

  // MARK: Members

  private static func needsAll(_ node: YAMLNode?) throws(YAMLError) -> Bool {
    guard let node else { return false }
    switch node.text {
    case "any": return false
    case "all": return true
    default: throw YAMLError(node, "match_mode is any or all")
    }
  }

  /// - Parameter group: the place in a list of which every pattern has to match.
  private static func pattern(_ node: YAMLNode, group: Int?) throws(YAMLError) -> YAMLNode {
    let (type, value) = try typed(node)
    var members = [(name: renamed(value, "value"), value: value)]
    if type == "contains" {
      members += [made("type", "literal", at: node), made("nocase", "true", at: node)]
    } else {
      members.append(made("type", "regex", at: node))
    }
    if let group { members.append(made("group", "\(group)", at: node)) }
    return YAMLNode(value: .mapping(members), line: node.line, column: node.column)
  }

  private static func exclusion(_ node: YAMLNode, _: Int) throws(YAMLError) -> YAMLNode {
    let (type, value) = try typed(node)
    guard type == "contains", let text = value.text else { return value }
    return renamed(value, "(?i)" + escaped(text))
  }

  private static func typed(_ node: YAMLNode) throws(YAMLError) -> (type: String, value: YAMLNode) {
    guard let members = node.members else { throw YAMLError(node, "a pattern is a mapping with type and value") }
    for (name, _) in members where !RuleFormat.matchMode.patternMembers.contains(name.text ?? "") {
      throw .unknownMember(name, known: RuleFormat.matchMode.patternMembers)
    }
    guard let type = node["type"] else { throw YAMLError(node, "type is missing: regex or contains") }
    guard let word = type.text, RuleFormat.matchMode.patternTypes.contains(word) else {
      throw YAMLError(type, "type is regex or contains")
    }
    guard let value = node["value"] else { throw YAMLError(node, "a pattern needs a value") }
    guard let text = value.text, !text.isEmpty else { throw YAMLError(value, "a pattern needs a value") }
    return (word, value)
  }

  private static func examples(_ node: YAMLNode) throws(YAMLError) -> [(name: YAMLNode, value: YAMLNode)] {
    if isEmpty(node) { return [] }
    guard let members = node.members else {
      throw YAMLError(node, "examples is a mapping with true_positive and false_positive")
    }
    var lists: [(name: YAMLNode, value: YAMLNode)] = []
    for (name, value) in members {
      let texts = try list(value) { node, _ throws(YAMLError) in
        guard node.text != nil else { throw YAMLError(node, "an example is a text") }
        return node
      }
      switch name.text ?? "" {
      case "true_positive": lists.append((renamed(name, "matches"), texts))
      case "false_positive": lists.append((renamed(name, "passes"), texts))
      default: throw .unknownMember(name, known: ["true_positive", "false_positive"])
      }
    }
    return lists
  }

  // MARK: Nodes

  /// - Parameter element: is given its place in the list.
  private static func list(
    _ node: YAMLNode, _ element: (YAMLNode, Int) throws(YAMLError) -> YAMLNode
  ) throws(YAMLError) -> YAMLNode {
    var elements: [YAMLNode] = []
    if !isEmpty(node) {
      guard let nodes = node.elements else { throw YAMLError(node, "expected a list") }
      for (place, node) in nodes.enumerated() { elements.append(try element(node, place)) }
    }
    return YAMLNode(value: .sequence(elements), line: node.line, column: node.column)
  }

  /// A name with nothing behind it.
  private static func isEmpty(_ node: YAMLNode) -> Bool {
    if case .scalar("", isQuoted: false) = node.value { true } else { false }
  }

  private static func made(_ name: String, _ value: String, at node: YAMLNode) -> (name: YAMLNode, value: YAMLNode) {
    (renamed(node, name), renamed(node, value))
  }

  private static func renamed(_ node: YAMLNode, _ text: String) -> YAMLNode {
    YAMLNode(value: .scalar(text, isQuoted: true), line: node.line, column: node.column)
  }

  private static func lowercased(_ node: YAMLNode) -> YAMLNode {
    node.text.map { renamed(node, $0.lowercased()) } ?? node
  }

  /// The text as an expression: what means something to the engine is escaped.
  private static func escaped(_ text: String) -> String {
    var expression = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ".", "+", "*", "?", "(", ")", "|", "[", "]", "{", "}", "^", "$": expression += "\\"
      default: break
      }
      expression.unicodeScalars.append(scalar)
    }
    return expression
  }
}
