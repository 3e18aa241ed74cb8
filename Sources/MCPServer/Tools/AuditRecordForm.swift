import Audit
import Guard

/// A record as the tools show it: what happened, without anything of what was said but redacted, quoted excerpts.
enum AuditRecordForm {
  static let form = OutputForm<AuditEntry>([
    .text("id") { $0.id.description },
    .text("timestamp") { Timestamp.text($0.timestamp) },
    .text("from_agent") { Quotation.name($0.from) },
    .text("to_agent") { Quotation.name($0.to) },
    .choice("direction", Direction.allCases.map(\.rawValue)) { $0.direction.rawValue },
    .text("method") { Quotation.name($0.method) },
    .text("tool", "The tool, prompt or resource; empty when there is none.") { Quotation.name($0.tool) },
    .choice("status", DeliveryStatus.allCases.map(\.rawValue)) { $0.status.rawValue },
    .text("policy_decision") { $0.decision.rawValue },
    .choice("verdict", Verdict.allCases.map(\.name), "What inspection said, whatever was done.") { $0.verdict.name },
    .text("action", "What was done with the message.") { $0.action.rawValue },
    .text("reason", "Why it could not be inspected or was refused for its form; else empty.") { $0.reason },
    .list("rules_triggered", of: ShownFinding.placedForm) {
      $0.findings.prefix(Self.maximumFindings).map { ShownFinding($0) }
    },
    .integer("rules_not_shown") {
      $0.findingsDropped + max(0, $0.findings.count - Self.maximumFindings)
    },
    .integer("signature_verified", "1: held; 0: there was none; -1: did not hold.") { $0.signature.rawValue },
    .text("session") { $0.session },
    .integer("bytes", "Length of the message.") { $0.bytes },
  ])

  /// Per record: an answer with many records must not fill a model's context.
  private static let maximumFindings = 5
}
