import Audit
import Guard

/// Records, one per row.
struct RecordTable {
  /// The moment that "today" is seen from.
  let now: Int64

  func table(_ entries: [AuditEntry], for terminal: Terminal) -> Table {
    var table = Table([
      .init(title: "TIME"),
      .init(title: "STATUS", minimum: 7),
      .init(title: "FROM → TO", preferred: 16, minimum: 10),
      .init(title: "METHOD, TOOL", preferred: 16, minimum: 10),
      .init(title: "VERDICT", minimum: 7),
      .init(title: "RULES", preferred: 22, minimum: 10),
    ])
    for entry in entries { table.add(row(entry, for: terminal)) }
    return table
  }

  /// Writes records under headings. On a terminal, what one may want to look at has the command for it below.
  func write(_ entries: [AuditEntry], to output: ResultOutput) throws(CommandFailure) {
    guard !entries.isEmpty else { return }
    let layout = table(entries, for: output.terminal).layout(for: output.terminal)
    if let heading = layout.heading { try output.line(heading) }
    for entry in entries { try write(entry, in: layout, to: output) }
  }

  /// Writes one record in a layout that may be that of others.
  func write(_ entry: AuditEntry, in layout: Table.Layout, to output: ResultOutput) throws(CommandFailure) {
    for line in layout.lines(row(entry, for: output.terminal)) { try output.line(line) }
    guard output.terminal.isInteractive, entry.status != .delivered || entry.verdict != .clean else { return }
    try output.line(output.terminal.style.apply(.dim, to: "          oktsec logs show \(entry.id)"))
  }

  func row(_ entry: AuditEntry, for terminal: Terminal) -> [Table.Cell] {
    [
      .init(
        terminal.isInteractive ? Moment.short(entry.timestamp, now: now) : Moment.local(entry.timestamp), tint: .dim),
      .init(entry.status.rawValue, tint: Style.tint(entry.status)),
      agents(entry),
      method(entry),
      .init(entry.verdict.name, tint: entry.verdict == .clean ? .none : Style.tint(entry.verdict)),
      rules(entry),
    ]
  }

  /// One of the two is nearly always the client: where room is short, the other one and the arrow say as much.
  private func agents(_ entry: AuditEntry) -> Table.Cell {
    let whole = "\(entry.from)→\(entry.to)"
    if entry.from == Exchange.client { return .init(whole, shorter: ["→\(entry.to)"]) }
    guard entry.to == Exchange.client else { return .init(whole) }
    return .init(whole, shorter: ["\(entry.from)→"], cut: (entry.from, "→"))
  }

  private func method(_ entry: AuditEntry) -> Table.Cell {
    if entry.method.isEmpty { return .init(entry.reason) }
    if !entry.tool.isEmpty { return .init("\(entry.method) \(entry.tool)", shorter: [entry.tool]) }
    guard let slash = entry.method.lastIndex(of: "/") else { return .init(entry.method) }
    return .init(entry.method, shorter: ["…\(entry.method[slash...])"])
  }

  /// Each rule once, the gravest first.
  private func rules(_ entry: AuditEntry) -> Table.Cell {
    var ids: [String] = []
    for finding in entry.findings.sorted(by: { $0.severity > $1.severity }) where !ids.contains(finding.rule) {
      ids.append(finding.rule)
    }
    let tint = entry.findings.map(\.severity).max().map { Style.tint($0) } ?? .none
    guard let first = ids.first, ids.count > 1 else { return .init(ids.first ?? "", tint: tint) }
    let others = " +\(ids.count - 1)"
    return .init(ids.joined(separator: ","), shorter: [first + others], cut: (first, others), tint: tint)
  }
}
