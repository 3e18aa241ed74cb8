/// What is written down about one frame: who, what, when, what inspection said and what was done.
///
/// An entry never holds a payload. It holds the SHA-256 of the frame as received and, per finding, an
/// excerpt that was redacted when the finding was made (at most 160 bytes).
package struct AuditEntry: Sendable, Equatable {
  /// Unique across every process that writes to one database.
  package var id: EventID
  /// Microseconds since 1970-01-01T00:00:00Z by this machine's clock.
  package var timestamp: Int64
  package var from: String
  package var to: String
  /// SHA-256 of the frame as received, without its line terminator.
  package var contentHash: Digest
  /// SHA-256 of what was forwarded instead, when a frame was filtered.
  package var forwardedHash: Digest?
  package var signature: SignatureState = .absent
  package var fingerprint: String?
  package var status: DeliveryStatus
  package var decision: PolicyDecision
  package var findings: [FindingRecord] = []
  /// Findings beyond the 1,000 that are kept, or beyond what fits the record.
  package var findingsDropped: Int = 0
  /// From the frame being complete to the decision, in microseconds.
  package var latency: Int64 = 0
  /// One run of `oktsec proxy`, or one server process.
  package var session: String
  package var direction: Direction
  /// The JSON-RPC method; for a response, the method of the request that it answers. Empty when unknown.
  package var method: String = ""
  /// Tool of a `tools/call`, name of a prompt, URI of a resource. Empty when there is none. At most 256 bytes.
  package var tool: String = ""
  package var verdict: Verdict
  package var action: Action
  /// Why the frame could not be inspected, or was refused for its form. Empty when there is nothing to say.
  package var reason: String = ""
  /// Length of the frame as received, in bytes.
  package var bytes: Int
  /// The sender's own timestamp, kept as text; only for signed messages.
  package var senderTimestamp: String?
  /// The quarantined item that this record is about: it was held, decided, or used here.
  package var quarantineItem: EventID?

  package init(
    id: EventID, timestamp: Int64, from: String, to: String, contentHash: Digest, status: DeliveryStatus,
    decision: PolicyDecision, session: String, direction: Direction, verdict: Verdict, action: Action, bytes: Int
  ) {
    self.id = id
    self.timestamp = timestamp
    self.from = from
    self.to = to
    self.contentHash = contentHash
    self.status = status
    self.decision = decision
    self.session = session
    self.direction = direction
    self.verdict = verdict
    self.action = action
    self.bytes = bytes
  }
}

/// A finding as the audit trail keeps it.
package struct FindingRecord: Sendable, Equatable {
  package var rule: String
  package var name: String
  package var severity: Severity
  package var category: String
  /// JSON pointer (RFC 6901) of the string that matched; empty for a bare text.
  package var pointer: String
  /// Byte range of the match in the decoded string.
  package var start: Int
  package var end: Int
  /// Redacted, at most 160 bytes, UTF-8.
  package var excerpt: String

  package init(
    rule: String, name: String, severity: Severity, category: String, pointer: String, start: Int, end: Int,
    excerpt: String
  ) {
    self.rule = rule
    self.name = name
    self.severity = severity
    self.category = category
    self.pointer = pointer
    self.start = start
    self.end = end
    self.excerpt = excerpt
  }
}

/// Whether a message carried a signature, and whether it held.
package enum SignatureState: Int, Sendable {
  case invalid = -1
  case absent = 0
  case verified = 1
}

/// Where a frame was going.
package enum Direction: String, Sendable, CaseIterable {
  case clientToServer = "request"
  case serverToClient = "response"
}

/// The outcome in the words that users filter by.
package enum DeliveryStatus: String, Sendable, CaseIterable {
  case delivered, blocked, quarantined, rejected, error
}

/// What was done with the frame. Kept apart from the verdict: in observe a `block` verdict is `forwarded`.
package enum Action: String, Sendable, CaseIterable {
  /// Every byte went on as received.
  case forwarded
  /// Parts were cut or replaced, the rest went on.
  case filtered
  /// Nothing went on.
  case stopped
  /// Not a frame: records were lost here, see `AuditEntry.reason`.
  case gap
  /// Not a frame: a quarantined item was approved, rejected, or ran out of time.
  case reviewed
  /// Not a frame: keys, exceptions or the audit trail itself were changed, see `AuditEntry.reason`.
  case changed
}

/// Why the policy decided as it did.
package enum PolicyDecision: String, Sendable, CaseIterable {
  case allow
  case contentFlagged = "content_flagged"
  case contentQuarantined = "content_quarantined"
  case contentBlocked = "content_blocked"
  case aclDenied = "acl_denied"
  case toolNotAllowed = "tool_not_allowed"
  case signatureRequired = "signature_required"
  case identityRejected = "identity_rejected"
  case replayed
  case rateLimited = "rate_limited"
  case uninspectable
  case auditUnavailable = "audit_unavailable"
  case quarantineApproved = "quarantine_approved"
  case quarantineRejected = "quarantine_rejected"
}
