import Guard
import JSONRPC

/// The answer to a message, made from its record and nothing else: the answer to a repeated message is the first one.
struct MessageReply {
  let entry: AuditEntry
  /// The sender's `message_id`, or the one that was made for it.
  let id: String

  /// Findings that are shown; the record has all.
  static let maximumFindings = 100

  var status: Int { Self.status(of: entry) }

  /// Contract, section 5.
  static func status(of entry: AuditEntry) -> Int {
    switch (entry.status, entry.decision) {
    case (.delivered, _): 200
    case (.quarantined, _): 202
    case (_, .signatureRequired): 401
    case (_, .rateLimited): 429
    case (_, .uninspectable): 500
    case (_, .auditUnavailable): 503
    default: 403
    }
  }

  /// - Parameter retryAfter: seconds, for what may be sent again.
  func reply(retryAfter: Int? = nil) -> EndpointReply {
    var headers = HeaderList()
    if status == 401 { headers.append("WWW-Authenticate", Self.challenge) }
    if let retryAfter { headers.append("Retry-After", String(retryAfter)) }
    return .json(status: status, json, headers: headers)
  }

  var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("status", entry.status.rawValue)
      writer.member("message_id", id)
      writer.member("policy_decision", entry.decision.rawValue)
      writer.name("rules_triggered")
      writer.array { writer in
        for finding in entry.findings.prefix(Self.maximumFindings) {
          writer.element()
          writer.object { writer in
            writer.member("rule_id", finding.rule)
            writer.member("name", finding.name)
            writer.member("severity", finding.severity.name)
            writer.member("category", finding.category)
            writer.member("match", finding.excerpt)
          }
        }
      }
      writer.member("verified_sender", entry.signature == .verified)
      if entry.status == .quarantined, let item = entry.quarantineItem {
        writer.member("quarantine_id", item.description)
      }
    }
    return writer.bytes
  }

  /// What an unsigned sender has to do: a scheme of ours, since the signature is in the body.
  static let challenge = "Ed25519 realm=\"oktsec\", fields=\"from to content timestamp\""
}
