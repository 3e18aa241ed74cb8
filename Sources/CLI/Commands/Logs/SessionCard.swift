import Audit
import Guard

/// One session as a timeline, for people. No line is wider than the terminal, or than 80 columns where there is none.
struct SessionCard {
  let records: [AuditEntry]
  /// At most so many steps, the newest.
  let limit: Int

  func write(to output: ResultOutput) throws(CommandFailure) {
    guard let first = records.first else { return }
    let timeline = SessionTimeline(records)
    let screen = Screen(output)
    for fact in SessionFacts(records: records, steps: timeline.steps).lines {
      let name = fact.name + String(repeating: " ", count: Self.nameWidth - fact.name.utf8.count)
      try screen.write(TerminalText.line(fact.value), behind: name, tint: .none)
    }
    try output.line()
    let steps = timeline.folded
    if steps.count > limit { try output.line("… \(steps.count - limit) earlier ones: --limit") }
    let last = TimeLength.clock((records.last?.timestamp ?? 0) - first.timestamp)
    for step in steps.suffix(limit) {
      let clock = TimeLength.clock(step.record.timestamp - first.timestamp)
      let padding = String(repeating: " ", count: max(0, last.utf8.count - clock.utf8.count))
      try write(step, clock: padding + clock, screen)
    }
    try output.line()
    try screen.write(Self.limits, behind: "", tint: .dim)
  }

  private static let nameWidth = 11
  private static let shownFindings = 3
  private static let limits = """
    Not recorded: what was said, the ids of requests, the tools that a list named, and whether the session has ended. \
    An answer stands beside its request where only one such request was open. 'oktsec logs show ID' tells all of a record.
    """

  // MARK: Steps

  private func write(_ step: SessionTimeline.Step, clock: String, _ screen: Screen) throws(CommandFailure) {
    let indentation = String(repeating: " ", count: clock.utf8.count + 4)
    let (words, tint) = Self.outcome(of: step)
    let head = "\(clock)  \(Self.arrow(step)) "
    if step.kind == .event { return try screen.write(TerminalText.line(Self.label(step)), behind: head, tint: tint) }
    try screen.write(Self.label(step), words, tint, behind: head, indentation)
    for record in [step.record] + (step.answer.map { [$0] } ?? []) where record.isFrame {
      try write(findingsOf: record, behind: indentation, screen)
    }
  }

  private static func arrow(_ step: SessionTimeline.Step) -> String {
    if step.kind == .event { return "·" }
    return step.record.direction == .clientToServer ? "→" : "←"
  }

  private static func label(_ step: SessionTimeline.Step) -> String {
    let record = step.record
    if step.kind == .event {
      let kind = record.action == .reviewed ? record.decision.rawValue : record.action.rawValue
      let what = record.method.isEmpty ? kind : record.method
      return record.reason.isEmpty ? what : "\(what): \(record.reason)"
    }
    var words = record.method.isEmpty ? "a frame without a method" : record.method
    if !record.tool.isEmpty { words += " \(record.tool)" }
    return step.count == 1 ? words : "\(words) ×\(step.count)"
  }

  private static func outcome(of step: SessionTimeline.Step) -> (words: String, tint: Style.Tint) {
    let record = step.record
    if step.kind == .event { return ("", record.status == .delivered ? .bold : Style.tint(record.status)) }
    var words: [String] = []
    if step.kind == .answer { words.append("answers one of several") }
    if let own = word(record) { words.append(own) }
    if let answer = step.answer {
      if let waits = step.waits { words.append("answered in \(range(waits))") }
      if let word = word(answer) { words.append("answer \(word)") }
    }
    let worst = step.answer.map { $0.status == .delivered && $0.verdict <= record.verdict ? record : $0 } ?? record
    let tint =
      worst.status == .delivered
      ? (worst.verdict == .clean ? .none : Style.tint(worst.verdict)) : Style.tint(worst.status)
    return (words.joined(separator: ", "), record.status == .delivered ? tint : Style.tint(record.status))
  }

  /// Nil for what simply went on.
  private static func word(_ record: AuditEntry) -> String? {
    switch record.action {
    case .stopped: "STOPPED, \(record.decision.rawValue)"
    case .filtered: record.decision == .allow ? "repaired" : "CUT, \(record.decision.rawValue)"
    default: record.verdict == .clean ? nil : "passed, verdict \(record.verdict.name)"
    }
  }

  private static func range(_ waits: ClosedRange<Int64>) -> String {
    let (shortest, longest) = (TimeLength.words(waits.lowerBound), TimeLength.words(waits.upperBound))
    if shortest == longest { return shortest }
    return waits.lowerBound < 1000 ? "up to \(longest)" : "\(shortest) to \(longest)"
  }

  /// Why: the reason, and the gravest findings.
  private func write(
    findingsOf record: AuditEntry, behind indentation: String, _ screen: Screen
  ) throws(CommandFailure) {
    guard record.verdict != .clean || record.action != .forwarded || !record.reason.isEmpty else { return }
    if !record.reason.isEmpty {
      try screen.write(TerminalText.line(record.reason), behind: indentation, tint: .dim)
    }
    let gravest = record.findings.sorted { $0.severity > $1.severity }
    for finding in gravest.prefix(Self.shownFindings) {
      let place = finding.pointer.isEmpty ? "" : " at \(finding.pointer)"
      let words = TerminalText.line("\(finding.severity.name) \(finding.rule) \(finding.name)\(place)")
      try screen.write(words, behind: indentation, tint: Style.tint(finding.severity))
    }
    let more = record.findings.count + record.findingsDropped - min(record.findings.count, Self.shownFindings)
    let count = more > 0 ? "and \(more) more; " : ""
    try screen.write("\(count)record \(record.id)", behind: indentation, tint: .dim)
  }
}

/// Lines of a bounded width.
private struct Screen {
  let output: ResultOutput
  let columns: Int

  init(_ output: ResultOutput) {
    self.output = output
    columns = output.terminal.isInteractive ? output.terminal.columns : Terminal.defaultColumns
  }

  /// Text that is safe already, behind a head on its first line and as many spaces on the others.
  func write(_ text: String, behind head: String, tint: Style.Tint) throws(CommandFailure) {
    let width = DisplayWidth.of(head)
    for (place, line) in TextWrap.lines(text, width: columns - width).enumerated() {
      let start = place == 0 ? head : String(repeating: " ", count: width)
      try output.line(start + output.terminal.style.apply(tint, to: line))
    }
  }

  /// A label and, at the end of its line or below it, its outcome. The label is a peer's, and is cut.
  func write(
    _ label: String, _ outcome: String, _ tint: Style.Tint, behind head: String, _ indentation: String
  ) throws(CommandFailure) {
    let room = columns - DisplayWidth.of(head)
    let text = TerminalText.line(label, width: room)
    let outcomeWidth = DisplayWidth.of(outcome)
    let gap = room - DisplayWidth.of(text) - outcomeWidth
    guard !outcome.isEmpty else { return try output.line(head + text) }
    if gap >= 2 {
      let spaces = min(gap, max(2, Self.labelWidth - DisplayWidth.of(text)))
      let aligned = String(repeating: " ", count: spaces)
      return try output.line(head + text + aligned + output.terminal.style.apply(tint, to: outcome))
    }
    try output.line(head + text)
    try write(outcome, behind: indentation, tint: tint)
  }

  private static let labelWidth = 30
}
