/// A rule as its author wrote it: plain data, before anything is compiled.
package struct RuleDefinition: Sendable, Equatable {
  package var id: String
  package var name: String
  /// The ceiling: what a proven finding has. An unproven one has one step less.
  package var severity: Severity
  package var category: Category
  package var description = ""
  package var remediation = ""
  package var roles = RoleSet.all
  /// Another ceiling in some roles, where the meaning differs.
  package var roleSeverity: [Role: Severity] = [:]
  package var match = MatchMode.any
  /// For `match: all`: all parts must stand inside this many bytes.
  package var within = 400
  package var proof = Proof.signal
  /// Rules with the same signal do not prove each other.
  package var signal: String
  package var patterns: [RulePattern] = []
  package var validators: [String] = []
  /// A match whose own bytes contain one of these is dropped.
  package var exclude: [String] = []
  /// Whether what it matches must not appear in an excerpt.
  package var isSensitive = false
  package var matches: [RuleExample] = []
  package var passes: [RuleExample] = []

  package init(id: String, name: String, severity: Severity, category: Category) {
    self.id = id
    self.name = name
    self.severity = severity
    self.category = category
    signal = id
  }

  /// The ceiling in one role.
  package func severity(in role: Role) -> Severity { roleSeverity[role] ?? severity }
}

package enum MatchMode: UInt8, Sendable {
  /// Each pattern alone makes a finding.
  case any
  /// One pattern of every group must match, near each other.
  case all
}

/// What makes a finding proven.
package enum Proof: UInt8, Sendable {
  /// A second, independent rule that matches in the same text.
  case signal
  /// The expression is structural proof by itself.
  case pattern
  /// The validators; without their consent there is no finding at all.
  case validator
}

/// Which form of a text a pattern is looked for in.
package enum View: UInt8, Sendable, CaseIterable {
  case text, folded, decoded

  package var name: String {
    switch self {
    case .text: "text"
    case .folded: "folded"
    case .decoded: "decoded"
    }
  }
}

package struct RulePattern: Sendable, Equatable {
  package var value: String
  package var isLiteral = false
  package var ignoresCase = false
  /// Nil: every view.
  package var view: View?
  /// For `match: all`: patterns of one group are alternatives.
  package var group = ""
  /// Structural proof, whatever the rule says.
  package var isProof = false

  package init(_ value: String) { self.value = value }
}

/// A text that a rule must find, or must not. Executed by the tests through the whole engine.
package struct RuleExample: Sendable, Equatable {
  package var role: Role?
  package var text: String

  package init(role: Role? = nil, text: String) {
    self.role = role
    self.text = text
  }
}
