import Audit
import Guard
import JSONRPC

/// Findings in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), one result each.
///
/// What was found stands in a message and in no file, so the place is a logical location: the string in the message.
struct SARIFExport: RecordExport {
  private struct Rule {
    let name: String
    let category: String
  }

  private var order: [String] = []
  private var rules: [String: Rule] = [:]
  private var isFirst = true

  func begin(_ output: ResultOutput) throws(CommandFailure) {
    try output.write(
      Array(#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"results":["#.utf8))
  }

  mutating func add(_ entry: AuditEntry, _ output: ResultOutput) throws(CommandFailure) {
    for finding in entry.findings {
      try output.line(isFirst ? "" : ",")
      isFirst = false
      try write(result(finding, of: entry), output)
    }
  }

  /// The rules come last: they are known then. The order of members means nothing.
  func end(_ output: ResultOutput) throws(CommandFailure) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("driver")
      writer.object { writer in
        writer.member("name", "oktsec")
        writer.member("version", Version.number)
        writer.name("rules")
        writer.array { writer in
          for id in order {
            guard let rule = rules[id] else { continue }
            writer.element()
            writer.object { writer in
              writer.member("id", id)
              writer.name("shortDescription")
              writer.object { $0.member("text", rule.name) }
              writer.name("properties")
              writer.object { $0.member("category", rule.category) }
            }
          }
        }
      }
    }
    try output.line()
    try output.write(Array(#"],"tool":"#.utf8))
    try write(writer.text, output)
    try output.line("}]}")
  }

  private func write(_ json: String, _ output: ResultOutput) throws(CommandFailure) {
    try output.write(Array((output.terminal.isInteractive ? TerminalText.json(json) : json).utf8))
  }

  private mutating func result(_ finding: FindingRecord, of entry: AuditEntry) -> String {
    let index = index(of: finding)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("ruleId", finding.rule)
      writer.member("ruleIndex", index)
      writer.member("level", Self.level(finding.severity))
      writer.name("message")
      writer.object {
        $0.member("text", finding.excerpt.isEmpty ? finding.name : "\(finding.name): \(finding.excerpt)")
      }
      writer.name("locations")
      writer.array { writer in
        writer.element()
        writer.object { writer in
          writer.name("logicalLocations")
          writer.array { writer in
            writer.element()
            writer.object { writer in
              writer.member("fullyQualifiedName", "\(entry.session)/\(entry.id)\(finding.pointer)")
              writer.member("kind", "member")
            }
          }
        }
      }
      writer.name("properties")
      writer.object { writer in
        writer.member("record", entry.id.description)
        writer.member("timestamp", Timestamp.text(entry.timestamp))
        writer.member("from_agent", entry.from)
        writer.member("to_agent", entry.to)
        writer.member("method", entry.method)
        writer.member("tool", entry.tool)
        writer.member("severity", finding.severity.name)
        writer.member("verdict", entry.verdict.name)
        writer.member("action", entry.action.rawValue)
        writer.member("start", finding.start)
        writer.member("end", finding.end)
      }
    }
    return writer.text
  }

  private mutating func index(of finding: FindingRecord) -> Int {
    if let index = order.firstIndex(of: finding.rule) { return index }
    order.append(finding.rule)
    rules[finding.rule] = Rule(name: finding.name, category: finding.category)
    return order.count - 1
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .critical, .high: "error"
    case .medium: "warning"
    case .low, .info: "note"
    }
  }
}
