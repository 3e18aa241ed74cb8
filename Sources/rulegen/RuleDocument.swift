import Guard

/// The rules as a page for people: `docs/rules.md`. One section for each category, in the order of the rule files.
enum RuleDocument {
  static func markdown(_ sources: [RuleSource]) -> String {
    let rules = sources.flatMap(\.rules)
    var text = """
      # The rules

      This page is made from `rules/*.yaml` by `make generate`; do not edit it. It lists \(rules.count) rules.

      The severity is a ceiling: a finding has it when it is proven (a second independent rule, a checksum, structure), else
      one step less. `oktsec rules --explain ID` shows examples and how a rule matches. How a rule is written:
      [rule-format.md](rule-format.md). How well the rules do: [detection.md](detection.md).

      | category | rules |
      |---|---|

      """
    let categories = sources.compactMap { $0.rules.first?.category.rawValue }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    // A category's own file comes before its parts.
    let parts = sources.sorted { $0.path.utf8.count < $1.path.utf8.count }.flatMap(\.rules)
    let sections = Dictionary(grouping: parts, by: \.category.rawValue)
    for category in categories {
      text += "| [\(category)](#\(category)) | \(sections[category, default: []].count) |\n"
    }
    for category in categories {
      text += "\n## \(category)\n"
      for rule in sections[category, default: []] { text += section(rule) }
    }
    return text
  }

  private static func section(_ rule: RuleDefinition) -> String {
    var text = "\n### \(rule.id): \(escaped(rule.name))\n\n"
    text += "**\(rule.severity.name)** · \(roles(rule))\n"
    if !rule.description.isEmpty { text += "\n\(escaped(rule.description))\n" }
    if !rule.remediation.isEmpty { text += "\n*What to do:* \(escaped(rule.remediation))\n" }
    return text
  }

  private static func roles(_ rule: RuleDefinition) -> String {
    let names = rule.roles.roles.map { role in
      rule.roleSeverity[role].map { "`\(role.name)` (\($0.name))" } ?? "`\(role.name)`"
    }
    return rule.roles == .all && rule.roleSeverity.isEmpty ? "everywhere" : names.joined(separator: ", ")
  }

  /// One line of plain text: white space joined, and no character that Markdown or HTML would take for markup.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.split(whereSeparator: \.isWhitespace).joined(separator: " ") {
      switch character {
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }
}
