import Audit
import Guard
import JSONRPC

/// Findings as a SARIF log, one result each.
///
/// What was found stands in a message and in no file, so the place is a logical location: the string in the message.
struct SARIFExport: RecordExport {
  private var log = SARIFLog()

  func begin(_ output: ResultOutput) throws(CommandFailure) { try log.begin(output) }

  mutating func add(_ entry: AuditEntry, _ output: ResultOutput) throws(CommandFailure) {
    for finding in entry.findings {
      try log.add(
        SARIFLog.Rule(id: finding.rule, name: finding.name, category: finding.category), finding.severity,
        message: finding.excerpt.isEmpty ? finding.name : "\(finding.name): \(finding.excerpt)", to: output
      ) { Self.members(finding, of: entry, to: &$0) }
    }
  }

  func end(_ output: ResultOutput) throws(CommandFailure) { try log.end(output) }

  private static func members(_ finding: FindingRecord, of entry: AuditEntry, to writer: inout JSONWriter) {
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
}
