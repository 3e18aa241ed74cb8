import Audit
import Guard
import JSONRPC

/// What a webhook is told about one record. No payload, and no excerpt of one.
struct WebhookNotice: Sendable, Equatable {
  var event: String
  /// The record, or for a decision about a quarantined message the record of that message: `oktsec logs show` takes it.
  var messageID: String
  var from: String
  var to: String
  /// Of the gravest finding; nil without one.
  var severity: String?
  var ruleID: String?
  var ruleName: String?
  var category: String?
  /// RFC 3339.
  var timestamp: String
  var decision: String
  var quarantineID: String?

  init(event: String, record: AuditEntry) {
    self.event = event
    let isReview = record.action == .reviewed
    messageID = (isReview ? record.quarantineItem ?? record.id : record.id).description
    from = record.from
    to = record.to
    // The first of the gravest.
    if let gravest = record.findings.reduce(nil, Self.graver) {
      severity = gravest.severity.name
      ruleID = gravest.rule
      ruleName = gravest.name
      category = gravest.category
    }
    timestamp = Timestamp.text(record.timestamp)
    decision = record.decision.rawValue
    quarantineID = record.quarantineItem?.description
  }

  /// To see whether a webhook works.
  static func test(at moment: Int64 = Timestamp.now) -> WebhookNotice {
    var record = AuditEntry.ofTheTrail(reason: "")
    record.timestamp = moment
    return WebhookNotice(event: "test", record: record)
  }

  private static func graver(_ best: FindingRecord?, _ next: FindingRecord) -> FindingRecord? {
    guard let best, best.severity >= next.severity else { return next }
    return best
  }

  /// By the names that the body and the templates use, in the order of the body.
  var fields: [(name: String, value: String?)] {
    [
      ("event", event), ("message_id", messageID), ("from", from), ("to", to), ("severity", severity),
      ("rule_id", ruleID), ("rule_name", ruleName), ("category", category), ("timestamp", timestamp),
      ("policy_decision", decision), ("quarantine_id", quarantineID),
    ]
  }

  /// - Returns: nil when a custom template does not give JSON.
  func body(_ template: WebhookTarget.Template) -> [UInt8]? {
    switch template {
    case .generic: generic
    case .slack: slack
    case .custom(let text): custom(text)
    }
  }

  private var generic: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      for (name, value) in fields {
        if let value { writer.member(name, value) } else if name != "quarantine_id" { writer.null(name) }
      }
    }
    return writer.bytes
  }

  private var slack: [UInt8] {
    var text = "oktsec: \(Self.slackText(event)) from \(Self.slackText(from)) to \(Self.slackText(to))"
    if let ruleID {
      text += ": \(Self.slackText(ruleID)) \(Self.slackText(ruleName ?? "")) (\(severity ?? ""))"
    } else {
      text += ": \(decision)"
    }
    text += " · \(messageID) · \(timestamp)"
    var writer = JSONWriter()
    writer.object { $0.member("text", text) }
    return writer.bytes
  }

  /// Slack takes `<…>` for links and mentions, and wants these three characters written so. Names of peers are cut.
  private static func slackText(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars.prefix(100) {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "`", "*", "~": continue
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private func custom(_ template: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(template.utf8)[...]
    let (open, close) = (Array("{{".utf8), Array("}}".utf8))
    while let start = rest.firstRange(of: open) {
      bytes += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstRange(of: close) else { return nil }
      let name = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: " ").joined(separator: " ")
      guard let field = fields.first(where: { $0.name == name.lowercased() }) else { return nil }
      var writer = JSONWriter()
      writer.string(field.value ?? "")
      // Inside the quotation marks of the template.
      bytes += writer.bytes.dropFirst().dropLast()
      rest = rest[end.upperBound...]
    }
    bytes += rest
    guard (try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) })) != nil else { return nil }
    return bytes
  }
}

extension JSONWriter {
  fileprivate mutating func null(_ name: String) {
    self.name(name)
    raw("null")
  }
}
