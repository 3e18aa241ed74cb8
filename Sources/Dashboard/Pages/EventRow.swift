import Audit
import Guard

/// One event in a list.
enum EventRow {
  static func markup(_ record: AuditRecord, filter: EventFilter, selected: EventID?, now: Int64) -> Markup {
    row(record.entry, cursor: record.cursor, item: nil, filter: filter, selected: selected, now: now)
  }

  /// One item of the quarantine.
  static func markup(_ item: QuarantineListing, filter: EventFilter, selected: EventID?, now: Int64) -> Markup {
    row(item.record, cursor: 0, item: item, filter: filter, selected: selected, now: now)
  }

  private static func row(
    _ entry: AuditEntry, cursor: Int64, item: QuarantineListing?, filter: EventFilter, selected: EventID?, now: Int64
  ) -> Markup {
    let path = "/dashboard/events/\(entry.id.description)" + filter.queryString(keepingPlace: true)
    let isSelected: Markup = entry.id == selected ? " class=\"selected\" aria-current=\"true\"" : ""
    let rules = entry.findings.prefix(2).map { "<span class=\"mono rule\">\($0.rule)</span>" as Markup }
    let more = entry.findings.count - rules.count
    return """
      <tr data-cursor="\(String(cursor))"\(isSelected)><td class="when">\(Age.element(entry.timestamp, now: now))</td>\
      <td class="what"><a class="row" href="\(path)">\(EventWords.subject(entry))</a></td>\
      <td class="who"><span class="name">\(entry.from)</span> <span class="dim">→</span> \
      <span class="name">\(entry.to)</span></td>\
      <td class="outcome">\(item.map { Parts.badge($0.state) } ?? EventWords.outcome(entry))\
      \(item.flatMap { left($0, now) })</td>\
      <td class="rules">\(rules)\(more > 0 ? "<span class=\"dim\">+\(more)</span>" as Markup : "")</td></tr>
      """
  }

  private static func left(_ item: QuarantineListing, _ now: Int64) -> Markup? {
    guard item.state == .pending || item.state == .approved else { return nil }
    return " <span class=\"dim\">\(Age.words(until: item.expires, now: now))</span>"
  }

  static let head: Markup = """
    <thead><tr><th>Time</th><th>What</th><th>From, to</th><th>Outcome</th><th>Rules</th></tr></thead>
    """
}

/// Words about an event.
enum EventWords {
  /// "tools/call read_file", as text.
  static func subject(_ entry: AuditEntry) -> Markup {
    switch entry.action {
    case .gap: return "records were lost here"
    case .changed: return "<span class=\"mono\">\(entry.method.isEmpty ? "changed" : entry.method)</span>"
    case .reviewed: return "quarantine decision"
    case .forwarded, .filtered, .stopped: break
    }
    let method = entry.method.isEmpty ? "message" : entry.method
    let arrow = entry.direction == .serverToClient && entry.method.contains("/") ? "answer to " : ""
    guard !entry.tool.isEmpty else { return "\(arrow)<span class=\"mono\">\(method)</span>" }
    return "\(arrow)<span class=\"mono\">\(method)</span> <strong class=\"mono\">\(entry.tool)</strong>"
  }

  /// What was done, and where that differs what inspection said.
  static func outcome(_ entry: AuditEntry) -> Markup {
    switch entry.action {
    case .gap, .changed, .reviewed: return Parts.badge(entry.action)
    case .forwarded, .filtered, .stopped: break
    }
    if entry.status == .delivered {
      if entry.action == .filtered { return Parts.badge(.filtered as Action) }
      guard entry.verdict > .clean else { return Parts.badge(entry.status) }
      let word = entry.verdict == .flag ? "flagged" : "would \(entry.verdict.name)"
      return Parts.badge(word, entry.verdict == .block ? .bad : entry.verdict == .quarantine ? .warn : .info)
    }
    return Parts.badge(entry.status)
  }

  /// Why, in one sentence.
  static func reason(_ entry: AuditEntry) -> String {
    switch entry.decision {
    case .allow: entry.findings.isEmpty ? "Nothing was found." : "What was found is too slight to matter."
    case .contentFlagged: "What was found deserves a look and stops nothing."
    case .contentQuarantined: "What was found needs a person's decision."
    case .contentBlocked: "What was found is dangerous, or must not be here."
    case .aclDenied: "The sender may not write to this recipient."
    case .toolNotAllowed: "This tool is not among those that the config allows."
    case .signatureRequired: "The message was not signed, and signatures are required."
    case .identityRejected: "The signature did not hold, or its key is unknown or revoked."
    case .replayed: "The message was seen before, or its time is outside the window."
    case .rateLimited: "Too many in one minute."
    case .uninspectable: "It could not be inspected."
    case .auditUnavailable: "It could not be recorded."
    case .quarantineApproved: "A person approved it."
    case .quarantineRejected: "A person rejected it, or its time ran out."
    }
  }
}
