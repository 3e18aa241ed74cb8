import Guard
import JSONRPC

/// Makes the records of one direction.
struct EntryMaker {
  let session: SessionContext
  let direction: Direction

  func entry(
    _ exchange: Exchange, _ decision: Decision, _ inspection: Inspection, hash: Digest, bytes: Int, arrival: Int64
  ) -> AuditEntry {
    let now = session.clock.now()
    var entry = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: exchange.from, to: exchange.to, contentHash: hash,
      status: decision.status, decision: decision.policy, session: session.id, direction: direction,
      verdict: decision.verdict, action: decision.isStopped ? .stopped : .forwarded, bytes: bytes)
    entry.findings = inspection.findings.map(\.record)
    entry.findingsDropped = inspection.droppedFindings
    entry.latency = max(0, session.clock.steady() - arrival)
    entry.method = exchange.method
    entry.tool = exchange.subject
    return entry
  }

  func entry(_ judged: JudgedMessage, in frame: JudgedFrame) -> AuditEntry {
    // The only message of a frame is recorded as the frame came; one of a batch as it stands in it.
    let received = judged.message.range.count == frame.content.count ? frame.received : nil
    let hash =
      received?.withContent { SHA256.digest($0) }
      ?? SHA256.digest(UnsafeRawBufferPointer(rebasing: frame.content[judged.message.range]))
    var entry = entry(
      judged.exchange, judged.decision, judged.inspection, hash: hash,
      bytes: received?.contentLength ?? judged.message.range.count, arrival: frame.arrival)
    entry.reason = judged.reason
    if frame.received != nil, !judged.decision.isStopped {
      entry.action = .filtered
      entry.forwardedHash = SHA256.digest(UnsafeRawBufferPointer(rebasing: frame.content[judged.message.range]))
    }
    return entry
  }
}

extension AuditEntry {
  /// The message does not go on because this record cannot be kept.
  func unavailable() -> AuditEntry {
    var entry = self
    entry.decision = .auditUnavailable
    entry.status = .error
    entry.action = .stopped
    return entry
  }

  /// What was to be held is stopped for good.
  func blocked() -> AuditEntry {
    var entry = self
    entry.decision = .contentBlocked
    entry.status = .blocked
    return entry
  }
}
