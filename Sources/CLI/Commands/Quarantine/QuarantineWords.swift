import Audit
import Guard

/// Sentences about quarantined items.
enum QuarantineWords {
  /// What happens next, in one sentence.
  static func consequence(of decision: QuarantineReview.Decision, _ item: QuarantineListing) -> String {
    guard decision == .approve else {
      return "rejected: it will never pass; the same \(thing(item)) is inspected anew each time"
    }
    let deadline = "until \(Moment.local(item.expires))"
    switch item.kind {
    case .request:
      return "approved: the next \(call(item)) with the same arguments passes, once, \(deadline)"
    case .result:
      return "approved: the next \(call(item)) with the same arguments gets the stored result, once, \(deadline); "
        + "the server is not called again"
    case .message: return "approved: the message is delivered to \(TerminalText.line(item.record.to))"
    }
  }

  static func thing(_ item: QuarantineListing) -> String {
    switch item.kind {
    case .request: item.record.method == "tools/call" ? "call" : "request"
    case .result: "result"
    case .message: "message"
    }
  }

  private static func call(_ item: QuarantineListing) -> String {
    let record = item.record
    let server = TerminalText.line(record.from == Exchange.client ? record.to : record.from)
    let tool = TerminalText.line(record.tool)
    if record.method == "tools/call" { return "call of \(tool) on \(server)" }
    let method = TerminalText.line(record.method)
    return tool.isEmpty ? "\(method) to \(server)" : "\(method) of \(tool) to \(server)"
  }
}

/// Items, one per row.
struct QuarantineTable {
  /// The moment that time left is counted from.
  let now: Int64

  func table(_ items: [QuarantineListing]) -> Table {
    var table = Table([
      .init(title: "ID"),
      .init(title: "STATUS", minimum: 8),
      .init(title: "LEFT", alignment: .right),
      .init(title: "WHAT", minimum: 6),
      .init(title: "FROM → TO", preferred: 14, minimum: 8),
      .init(title: "METHOD, TOOL", preferred: 14, minimum: 8),
      .init(title: "RULES", preferred: 14, minimum: 8),
    ])
    for item in items { table.add(row(item)) }
    return table
  }

  private func row(_ item: QuarantineListing) -> [Table.Cell] {
    let record = item.record
    let others = RecordTable(now: now).row(record, for: .none)
    return [
      .init(item.id.description), .init(item.state.rawValue, tint: QuarantineCard.tint(item.state)),
      .init(left(item), tint: .dim), .init(QuarantineWords.thing(item)), others[2], others[3], others[5],
    ]
  }

  /// Time until the item expires, in its largest unit.
  private func left(_ item: QuarantineListing) -> String {
    guard item.state == .pending || item.state == .approved else { return "" }
    let seconds = max(0, item.expires - now) / 1_000_000
    if seconds >= 172_800 { return "\(seconds / 86_400)d" }
    if seconds >= 3600 { return "\(seconds / 3600)h" }
    return seconds >= 60 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}
