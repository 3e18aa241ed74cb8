import Guard
import JSONRPC

/// What is written in the place of a message that did not arrive. Every shape is valid in the protocol revision that
/// the peer speaks (protocol notes, section 1.7), holds the id literally as it came, and quotes no payload.
struct BlockedReply: Sendable {
  /// Why, in the words of the reply.
  struct Ground: Sendable {
    enum Action: String, Sendable {
      case blocked, quarantined, rejected
    }

    var action: Action
    /// Id of the rule that decided; empty for grounds that are no rule.
    var rule: String
    var severity: Severity
    var policy: PolicyDecision
    var eventID: EventID
    /// The item under which the message waits for a person.
    var quarantineID: EventID?
    var direction: Direction
  }

  enum Shape: Sendable {
    /// A result of `tools/call` that says it is an error, so that a model can read why.
    case toolResult(isModern: Bool)
    /// A JSON-RPC error towards a client.
    case error(code: String)
    /// A JSON-RPC error towards a server, which learns as little as possible.
    case serverError(code: Int)
    /// The answer of a user who declines (elicitation).
    case declined
    /// No roots are shown.
    case noRoots
    /// The line was not JSON: there is no id to answer.
    case parseError
    /// JSON that is no request.
    case invalidRequest
  }

  var id: RequestID?
  var shape: Shape
  var ground: Ground

  /// The reply to a message of which the record tells why it was stopped.
  init(_ id: RequestID?, _ shape: Shape, _ entry: AuditEntry, _ inspection: Inspection, heldAs item: EventID? = nil) {
    let isContent =
      entry.decision != .toolNotAllowed && entry.decision != .rateLimited && entry.decision != .auditUnavailable
    let worst = isContent ? inspection.worst : nil
    let action: Ground.Action =
      switch entry.status {
      case .blocked: .blocked
      case .quarantined: .quarantined
      default: .rejected
      }
    self.id = id
    self.shape = shape
    ground = Ground(
      action: action, rule: worst?.rule ?? "", severity: worst?.severity ?? .medium, policy: entry.decision,
      eventID: entry.id, quarantineID: item, direction: entry.direction)
  }

  /// One frame, newline included.
  ///
  /// - Parameter isRecorded: whether the record of the stopped message is known to be committed.
  func frame(isRecorded: Bool) -> [UInt8] {
    var writer = JSONWriter()
    write(into: &writer, isRecorded: isRecorded)
    writer.raw("\n")
    return writer.bytes
  }

  private func write(into writer: inout JSONWriter, isRecorded: Bool) {
    writer.object { writer in
      writer.member("jsonrpc", "2.0")
      if let id {
        writer.name("id")
        writer.raw(id.literal)
      }
      switch shape {
      case .toolResult(let isModern):
        writer.name("result")
        writer.object { writer in
          writer.name("content")
          writer.array { writer in
            writer.element()
            writer.object { writer in
              writer.member("type", "text")
              writer.member("text", modelText)
            }
          }
          writer.member("isError", true)
          if isModern { writer.member("resultType", "complete") }
          writer.name("_meta")
          detail(into: &writer, isRecorded)
        }
      case .error(let code): error(code, clientSentence, into: &writer, isRecorded)
      case .parseError: error("-32700", clientSentence, into: &writer, isRecorded)
      case .invalidRequest: error("-32600", clientSentence, into: &writer, isRecorded)
      case .serverError(let code):
        writer.name("error")
        writer.object { writer in
          writer.member("code", code)
          writer.member("message", code == -1 ? Self.userRejected : Self.refused)
          writer.name("data")
          writer.object { writer in
            writer.name("oktsec")
            writer.object { $0.member("eventId", ground.eventID.description) }
          }
        }
      case .declined:
        writer.name("result")
        writer.object { $0.member("action", "decline") }
      case .noRoots:
        writer.name("result")
        writer.object { writer in
          writer.name("roots")
          writer.array { _ in }
        }
      }
    }
  }

  private func error(_ code: String, _ message: String, into writer: inout JSONWriter, _ isRecorded: Bool) {
    writer.name("error")
    writer.object { writer in
      writer.name("code")
      writer.raw(code)
      writer.member("message", message)
      writer.name("data")
      detail(into: &writer, isRecorded)
    }
  }

  private func detail(into writer: inout JSONWriter, _ isRecorded: Bool) {
    writer.object { writer in
      writer.name("oktsec")
      writer.object { writer in
        writer.member("action", ground.action.rawValue)
        writer.member("rule", ground.rule.isEmpty ? ground.policy.rawValue : ground.rule)
        writer.member("severity", ground.severity.name)
        writer.member("eventId", ground.eventID.description)
        if let item = ground.quarantineID { writer.member("quarantineId", item.description) }
        writer.member("direction", ground.direction.rawValue)
        if !isRecorded { writer.member("recorded", false) }
      }
    }
  }

  // MARK: Wording

  private static let refused = "Refused by oktsec."
  /// The words of the specification's own example (client features, sampling).
  private static let userRejected = "User rejected sampling request"

  private var clientSentence: String {
    switch shape {
    case .parseError: return "Refused by oktsec: the line is not JSON and was not delivered."
    case .invalidRequest: return "Refused by oktsec: the line is not a JSON-RPC message and was not delivered."
    default: break
    }
    let what = ground.direction == .clientToServer ? "the request was not delivered" : "the answer was withheld"
    let rule = ground.rule.isEmpty ? "" : " (rule \(ground.rule))"
    switch (ground.policy, ground.action) {
    case (.toolNotAllowed, _): return "Refused by oktsec: this tool is not allowed."
    case (.rateLimited, _): return "Refused by oktsec: too many calls in a minute."
    case (.auditUnavailable, _): return "Refused by oktsec: the audit trail cannot be written, so \(what)."
    case (_, .quarantined): return "Held by oktsec for review\(rule): \(what)."
    case (_, .blocked): return "Blocked by oktsec\(rule): \(what)."
    case (_, .rejected): return "Refused by oktsec\(rule): \(what)."
    }
  }

  /// What a model reads: the same, and what to do now.
  private var modelText: String {
    if let item = ground.quarantineID {
      return "\(clientSentence) Do not try again another way; tell the user, who can look at it and let it pass with "
        + "`oktsec quarantine approve \(item)`."
    }
    return "\(clientSentence) Do not try again another way; tell the user, who can look it up with "
      + "`oktsec logs show \(ground.eventID)`."
  }
}
