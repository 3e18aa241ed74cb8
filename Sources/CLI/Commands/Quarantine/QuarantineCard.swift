import Audit
import Guard

/// Everything about one item, for the person who decides.
struct QuarantineCard {
  let item: QuarantineListing
  /// Nil when it is no longer stored.
  let payload: [UInt8]?

  /// As much of the content as is shown. A longer one is not cut in `--json`.
  private static let shownBytes = 16 * 1024

  func write(to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    var fields = [
      ("item", item.id.description, Style.Tint.bold),
      ("status", item.state.rawValue, Self.tint(item.state)),
      ("what", "a withheld \(QuarantineWords.thing(item))", .none),
      ("held", "\(Moment.local(item.created))\(item.timesHeld > 1 ? ", \(item.timesHeld) times" : "")", .none),
      ("expires", Moment.local(item.expires), .none),
    ]
    if let decided = item.decided {
      fields.append(("decided", "\(Moment.local(decided)) by \(item.reviewer ?? "unknown")", .none))
    }
    if let reason = item.reason { fields.append(("because", reason, .none)) }
    if let used = item.used { fields.append(("used", Moment.local(used), .none)) }
    for (name, value, tint) in fields {
      let label = name + String(repeating: " ", count: 9 - name.utf8.count)
      try output.line("\(style.apply(.dim, to: label))  \(style.apply(tint, to: TerminalText.line(value)))")
    }
    try output.line()
    try RecordCard(entry: item.record).write(to: output)
    try output.line()
    try writeContent(to: output)
  }

  private func writeContent(to output: ResultOutput) throws(CommandFailure) {
    let style = output.terminal.style
    guard let payload else {
      return try output.line(style.apply(.dim, to: "the content is no longer stored"))
    }
    try output.line(style.apply(.dim, to: "content, \(item.payloadBytes) bytes:"))
    let text = String(decoding: payload.prefix(Self.shownBytes), as: UTF8.self)
    let width = output.terminal.isInteractive ? max(20, output.terminal.columns - 2) : Int.max
    for line in TextWrap.lines(TerminalText.line(text), width: width) { try output.line("  \(line)") }
    if payload.count > Self.shownBytes {
      try output.line(
        style.apply(
          .dim, to: "\(payload.count - Self.shownBytes) more bytes: 'oktsec quarantine detail \(item.id) --json'"))
    }
  }

  static func tint(_ state: QuarantineState) -> Style.Tint {
    switch state {
    case .pending: .magenta
    case .approved: .green
    case .rejected: .boldRed
    case .expired, .consumed: .dim
    }
  }
}
