import Guard
import JSONRPC

/// The result of a scan as programs read it.
enum ScanJSON {
  /// `{"verdict", "role", "findings": [...], "dropped_findings"}`.
  static func document(_ scanned: ScannedText) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("verdict", scanned.inspection.verdict.name)
      writer.member("role", scanned.role.name)
      writer.name("findings")
      writer.array { writer in
        for (finding, place) in zip(scanned.inspection.findings, scanned.places()) {
          writer.element()
          writer.object { writer in
            members(finding, to: &writer)
            writer.member("line", place.line)
            writer.member("column", place.column)
            writer.member("view", finding.view.name)
            writer.member("proven", finding.isProven)
          }
        }
      }
      writer.member("dropped_findings", scanned.inspection.droppedFindings)
    }
    return writer.text
  }

  /// Offsets are bytes of the text.
  static func members(_ finding: Finding, to writer: inout JSONWriter) {
    writer.member("rule_id", finding.rule)
    writer.member("name", finding.name)
    writer.member("severity", finding.severity.name)
    writer.member("category", finding.category.rawValue)
    writer.member("match", finding.excerpt)
    writer.member("start", finding.place.range.lowerBound)
    writer.member("end", finding.place.range.upperBound)
  }
}
