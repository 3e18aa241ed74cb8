import Audit
import Guard
import JSONRPC

/// The columns of the view `audit_log` as comma-separated values (RFC 4180), with a line of names.
struct CSVExport: RecordExport {
  private static let names = [
    "id", "timestamp", "from_agent", "to_agent", "content_hash", "signature_verified", "pubkey_fingerprint", "status",
    "rules_triggered", "policy_decision", "latency_us", "session", "direction", "method", "tool", "verdict", "action",
    "bytes", "sender_timestamp",
  ]

  func begin(_ output: ResultOutput) throws(CommandFailure) { try write(Self.names, output) }

  func add(_ entry: AuditEntry, _ output: ResultOutput) throws(CommandFailure) {
    try write(
      [
        entry.id.description, Timestamp.text(entry.timestamp), Self.harmless(entry.from), Self.harmless(entry.to),
        entry.contentHash.hex, String(entry.signature.rawValue), entry.fingerprint ?? "", entry.status.rawValue,
        Self.findings(entry), entry.decision.rawValue, String(entry.latency), Self.harmless(entry.session),
        entry.direction.rawValue, Self.harmless(entry.method), Self.harmless(entry.tool), entry.verdict.name,
        entry.action.rawValue, String(entry.bytes), Self.harmless(entry.senderTimestamp ?? ""),
      ], output)
  }

  func end(_ output: ResultOutput) {}

  private func write(_ values: [String], _ output: ResultOutput) throws(CommandFailure) {
    try output.write(Array((values.map(Self.field).joined(separator: ",") + "\r\n").utf8))
  }

  /// In quotation marks where the text could be taken for more than one field. By bytes: CR LF is one character.
  private static func field(_ text: String) -> String {
    let special: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0D, 0x0A]
    guard text.utf8.contains(where: { special.contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// A peer chooses these texts, and spreadsheets run what begins like a formula.
  private static func harmless(_ text: String) -> String {
    guard let first = text.utf8.first else { return text }
    let formula: [UInt8] = [
      UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D, 0x0A,
    ]
    return formula.contains(first) ? "'" + text : text
  }

  private static func findings(_ entry: AuditEntry) -> String {
    var writer = JSONWriter()
    writer.array { writer in
      for finding in entry.findings {
        writer.element()
        RecordJSON.write(finding, to: &writer)
      }
    }
    return writer.text
  }
}
