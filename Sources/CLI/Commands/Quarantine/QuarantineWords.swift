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
  /// Nil: items in several states, which are told apart.
  var state: QuarantineState?

  /// On a terminal the sides of a message keep their place in 80 columns; what is known anyway goes first. Other programs
  /// get every column.
  func table(_ items: [QuarantineListing], for terminal: Terminal) -> Table {
    guard terminal.isInteractive else { return wholeTable(items) }
    var columns = [Table.Column(title: "ID")]
    if state == nil { columns.append(.init(title: "STATUS")) }
    columns += [
      .init(title: "LEFT", alignment: .right),
      .init(title: "FROM → TO", preferred: 20, minimum: 15),
      .init(title: "WHAT", preferred: 18, minimum: 11),
      .init(title: "RULES", preferred: 18, minimum: 10),
    ]
    var table = Table(columns)
    for item in items {
      var row = [Table.Cell(item.id.description)]
      if state == nil { row.append(.init(item.state.rawValue, tint: QuarantineCard.tint(item.state))) }
      row += [.init(left(item), tint: .dim), sides(item.record), what(item), rules(item)]
      table.add(row)
    }
    return table
  }

  private func wholeTable(_ items: [QuarantineListing]) -> Table {
    var table = Table(
      ["ID", "STATUS", "LEFT", "WHAT", "FROM → TO", "METHOD, TOOL", "RULES"].map { Table.Column(title: $0) })
    for item in items {
      let record = RecordTable(now: now).row(item.record, for: .none)
      table.add([
        .init(item.id.description), .init(item.state.rawValue), .init(left(item)), .init(QuarantineWords.thing(item)),
        record[2], record[3], record[5],
      ])
    }
    return table
  }

  /// Both names, each cut to half of the room where they do not fit.
  private func sides(_ record: AuditEntry) -> Table.Cell {
    let from = TerminalText.line(record.from)
    let to = TerminalText.line(record.to)
    let shorter = [32, 26, 22, 20, 18, 17, 16, 15].map { width in
      let room = width - 1
      let left = max(room / 2, room - DisplayWidth.of(to))
      let right = max(room - room / 2, room - DisplayWidth.of(from))
      return "\(TerminalText.cut(from, width: left))→\(TerminalText.cut(to, width: right))"
    }
    return .init("\(from)→\(to)", shorter: shorter)
  }

  private func what(_ item: QuarantineListing) -> Table.Cell {
    let thing = QuarantineWords.thing(item)
    let record = item.record
    let name = record.tool.isEmpty ? record.method : record.tool
    return .init(item.kind == .message || name.isEmpty ? thing : "\(thing) \(name)")
  }

  private func rules(_ item: QuarantineListing) -> Table.Cell { RecordTable(now: now).row(item.record, for: .none)[5] }

  /// Time until the item expires, in its largest unit.
  private func left(_ item: QuarantineListing) -> String {
    guard item.state == .pending || item.state == .approved else { return "" }
    let seconds = max(0, item.expires - now) / 1_000_000
    if seconds >= 172_800 { return "\(seconds / 86_400)d" }
    if seconds >= 3600 { return "\(seconds / 3600)h" }
    return seconds >= 60 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}
