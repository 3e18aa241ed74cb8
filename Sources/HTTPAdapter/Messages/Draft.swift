import Audit
import Guard

/// A message on its way through the steps: its record, and what is to be written with it.
struct Draft {
  var entry: AuditEntry
  var submission: MessageSubmission

  init(entry: AuditEntry, message: IncomingMessage, body: [UInt8], heldUntil: Int64) {
    self.entry = entry
    submission = MessageSubmission(
      messageID: message.messageID?.description ?? entry.id.description, payload: body, heldUntil: heldUntil)
  }

  var id: String { submission.messageID }

  mutating func take(_ inspection: Inspection, _ decision: Decision) {
    entry.findings = inspection.findings.map(\.record)
    entry.findingsDropped = inspection.droppedFindings
    entry.verdict = decision.verdict
    entry.decision = decision.policy
    entry.status = decision.status
    entry.action = decision.isStopped ? .stopped : .forwarded
    if decision.policy == .uninspectable { entry.reason = FrameDefect.budget.rawValue }
  }
}
