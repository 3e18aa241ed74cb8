import Audit
import Guard
import JSONRPC

/// The question to a person whether one withheld message may pass, or shall be rejected for good.
struct ReviewQuestion {
  let decision: ReviewDecision
  let item: ReviewItem

  init(_ decision: ReviewDecision, _ item: ReviewItem) {
    self.decision = decision
    self.item = item
  }

  static let key = "decision"
  private static let member = "confirm"

  /// What an answer is bound to.
  var state: String { "\(decision.rawValue) \(item.id)" }

  var request: InputRequest {
    InputRequest(Self.key, .elicitation(message: message, schema: schema))
  }

  static var requiredCapabilities: JSONValue { .object([("elicitation", .object([("form", .emptyObject)]))]) }

  /// Yes is nothing less than a form that was sent with its box ticked.
  func isYes(_ answer: JSONValue) -> Bool {
    answer["action"]?.string == "accept" && answer["content"]?[Self.member]?.bool == true
  }

  private var schema: JSONSchema {
    let (title, description) =
      switch decision {
      case .approve: ("Let it pass, once", "Without this it stays withheld.")
      case .reject: ("Reject it for good", "Without this it stays withheld and can still be approved.")
      }
    return JSONSchema(
      .object([
        ("type", .string("object")),
        (
          "properties",
          .object([
            (
              Self.member,
              .object([
                ("type", .string("boolean")), ("title", .string(title)), ("description", .string(description)),
                ("default", .bool(false)),
              ])
            )
          ])
        ),
        ("required", .strings([Self.member])),
      ]))
  }

  private var message: String {
    let question =
      switch decision {
      case .approve: "oktsec withheld a message. Shall it pass, once?"
      case .reject: "oktsec withheld a message. Shall it be rejected for good?"
      }
    var lines = [question, "", "Item: \(item.id), withheld \(Timestamp.text(item.created))"]
    lines.append("From \(shown(item.from)) to \(shown(item.to))")
    lines.append("What: \(kind)\(item.method.isEmpty ? "" : " \(shown(item.method))")")
    if !item.tool.isEmpty { lines.append("Tool: \(shown(item.tool))") }
    for finding in item.findings.prefix(Self.shownFindings) {
      lines.append("\(finding.rule) (\(finding.severity.name)), \(finding.name)")
      lines.append("  in the untrusted text, shortened: \(Quotation.forPerson(finding.excerpt))")
    }
    if item.findings.count > Self.shownFindings { lines.append("and \(item.findings.count - Self.shownFindings) more") }
    return lines.joined(separator: "\n")
  }

  private var kind: String {
    switch item.kind {
    case .request: "the request"
    case .result: "the result of"
    case .message: "the message"
    }
  }

  private func shown(_ name: String) -> String { Quotation.forPerson(name, limit: 80) }

  private static let shownFindings = 3
}

extension Reviewer {
  /// As answers and records name the reviewer.
  package var name: String {
    switch self {
    case .agent(let name): name.description
    case .person(let client): client.isEmpty ? "a person" : "a person in \(Quotation.name(client))"
    }
  }
}
