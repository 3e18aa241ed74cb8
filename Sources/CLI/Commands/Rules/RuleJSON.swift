import Guard
import JSONRPC

/// A rule as programs read it.
enum RuleJSON {
  static func write(
    _ rule: RuleDefinition, origin: LoadedRules.Origin? = nil, withExamples: Bool, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member("id", rule.id)
      writer.member("name", rule.name)
      writer.member("severity", rule.severity.name)
      writer.member("category", rule.category.rawValue)
      writer.member("origin", origin?.word ?? "built-in")
      writer.name("roles")
      writer.array { writer in
        for role in rule.roles.roles {
          writer.element()
          writer.string(role.name)
        }
      }
      writer.name("role_severity")
      writer.object { writer in
        for role in Role.allCases {
          if let severity = rule.roleSeverity[role] { writer.member(role.name, severity.name) }
        }
      }
      writer.member("description", rule.description)
      writer.member("remediation", rule.remediation)
      guard withExamples else { return }
      writer.member("matching", RuleWords.matching(rule).joined(separator: " "))
      writer.name("matches")
      write(rule.matches, to: &writer)
      writer.name("passes")
      write(rule.passes, to: &writer)
    }
  }

  private static func write(_ examples: [RuleExample], to writer: inout JSONWriter) {
    writer.array { writer in
      for example in examples {
        writer.element()
        writer.object { writer in
          if let role = example.role { writer.member("role", role.name) }
          writer.member("text", example.text)
        }
      }
    }
  }
}
