import Audit
import Guard
import JSONRPC

/// A record as programs read it: one line, with the columns of the view `audit_log` under their names.
enum RecordJSON {
  static func line(_ entry: AuditEntry) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("id", entry.id.description)
      writer.member("timestamp", Timestamp.text(entry.timestamp))
      writer.member("from_agent", entry.from)
      writer.member("to_agent", entry.to)
      writer.member("content_hash", entry.contentHash.hex)
      writer.member("signature_verified", entry.signature.rawValue)
      optional("pubkey_fingerprint", entry.fingerprint, &writer)
      writer.member("status", entry.status.rawValue)
      writer.name("rules_triggered")
      writer.array { writer in
        for finding in entry.findings {
          writer.element()
          write(finding, to: &writer)
        }
      }
      writer.member("policy_decision", entry.decision.rawValue)
      writer.member("latency_us", Int(entry.latency))
      writer.member("session", entry.session)
      writer.member("direction", entry.direction.rawValue)
      writer.member("method", entry.method)
      writer.member("tool", entry.tool)
      writer.member("verdict", entry.verdict.name)
      writer.member("action", entry.action.rawValue)
      writer.member("bytes", entry.bytes)
      optional("sender_timestamp", entry.senderTimestamp, &writer)
    }
    return writer.text
  }

  static func write(_ finding: FindingRecord, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule_id", finding.rule)
      writer.member("name", finding.name)
      writer.member("severity", finding.severity.name)
      writer.member("category", finding.category)
      writer.member("pointer", finding.pointer)
      writer.member("start", finding.start)
      writer.member("end", finding.end)
      writer.member("match", finding.excerpt)
    }
  }

  private static func optional(_ name: String, _ value: String?, _ writer: inout JSONWriter) {
    if let value { return writer.member(name, value) }
    writer.name(name)
    writer.raw("null")
  }
}
