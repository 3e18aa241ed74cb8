import Audit
import Guard

/// Is everything all right, what was stopped, what waits.
struct OverviewPage {
  let context: PageContext

  private struct Data {
    var day: AuditStatistics
    var twoDays: AuditStatistics
    var all: AuditStatistics
    var quarantine: [QuarantineState: Int]
    var latest: [AuditRecord]
    var pending: [QuarantineListing]
  }

  func markup() throws(SystemProblem) -> Markup {
    let now = context.now
    let data = try context.read { reader throws(DatabaseError) in
      var query = AuditQuery()
      query.since = now - 7 * 86_400_000_000
      var latest: [AuditRecord] = []
      for status in [DeliveryStatus.blocked, .quarantined, .rejected] {
        query.status = status
        query.limit = 10
        latest += try reader.records(matching: query)
      }
      latest.sort { $0.cursor > $1.cursor }
      return Data(
        day: try reader.statistics(since: now - 23 * 3_600_000_000, topRules: 8, topAgents: 50),
        twoDays: try reader.statistics(since: now - 47 * 3_600_000_000, topRules: 1, topAgents: 1),
        all: try reader.statistics(topRules: 1, topAgents: 1),
        quarantine: try reader.quarantineCounts(now: now), latest: Array(latest.prefix(10)),
        pending: try reader.quarantineItems(.pending, limit: 5, now: now))
    }
    guard let data, data.all.records > 0 else { return firstRun() }
    return Layout.page(
      context, section: .overview, title: "Overview", subtitle: subtitle(data),
      """
      \(modeNotice)
      \(waiting(data))
      \(tiles(data))
      <div class="columns">
      <section class="card span-2"><div class="card-head"><h2>Last 24 hours</h2>\(Self.legend)</div>
      \(HourChart(data.twoDays.hours, now: now).svg)</section>
      <section class="card"><h2>Health</h2>\(health())</section>
      <section class="card span-2"><div class="card-head"><h2>Stopped last</h2>\
      <a href="/dashboard/events?tab=blocked">All blocked</a></div>\(latest(data))</section>
      <section class="card"><div class="card-head"><h2>Rules</h2><span class="dim">24 h</span></div>\(rules(data))</section>
      <section class="card span-3"><div class="card-head"><h2>Agents and servers</h2>\
      <span class="dim">24 h, most stopped first</span></div>\(agents(data))</section>
      </div>
      """)
  }

  private func subtitle(_ data: Data) -> Markup {
    let stopped = data.day.records - (data.day.statuses[.delivered] ?? 0)
    if data.day.records == 0 { return "Nothing came through in the last 24 hours." }
    return stopped == 0
      ? "\(Count.words(data.day.records, "message")) in 24 hours, all delivered."
      : "\(Count.words(data.day.records, "message")) in 24 hours, \(Count.text(stopped)) not delivered."
  }

  private var modeNotice: Markup {
    guard context.state.policy.mode == .observe else { return "" }
    return """
      <div class="notice warn"><p><strong>Observing.</strong> Everything is inspected and recorded, and nothing is stopped \
      for its content. <a href="/dashboard/settings#mode">Switch to enforce</a> when what you see here is what you expect.</p>\
      </div>
      """
  }

  private func waiting(_ data: Data) -> Markup {
    let count = data.quarantine[.pending] ?? 0
    guard count > 0 else { return "" }
    let rows = data.pending.map { item in
      """
      <li><a class="row-link" href="/dashboard/events/\(item.id.description)?tab=quarantine"><span class="what">\
      \(EventWords.subject(item.record))</span><span class="dim">\(item.record.from) → \(item.record.to)</span>\
      <span class="dim">runs out \(Age.words(until: item.expires, now: context.now))</span></a></li>
      """ as Markup
    }
    return """
      <section class="card attention"><div class="card-head"><h2>\(Count.words(count, "message waits", "messages wait")) \
      for your decision</h2><a href="/dashboard/events?tab=quarantine">Review</a></div><ul class="plain">\(rows)</ul></section>
      """
  }

  private func tiles(_ data: Data) -> Markup {
    let before = previous(data)
    let held = data.day.statuses[.quarantined] ?? 0
    let stopped = (data.day.statuses[.blocked] ?? 0) + (data.day.statuses[.rejected] ?? 0)
    let flagged = data.day.verdicts[.flag] ?? 0
    return """
      <div class="tiles">
      \(tile("Messages", data.day.records, before.total, "/dashboard/events?since=24h", isBad: false))
      \(tile("Blocked or rejected", stopped, before.stopped, "/dashboard/events?tab=blocked", isBad: true))
      \(tile("Quarantined", held, before.held, "/dashboard/events?tab=quarantine", isBad: true))
      <a class="tile" href="/dashboard/events?since=24h"><span class="tile-name">Flagged</span>\
      <span class="tile-number">\(Count.text(flagged))</span><span class="dim">passed, with a word</span></a>
      <div class="tile"><span class="tile-name">Recorded in all</span>\
      <span class="tile-number">\(Count.text(data.all.records))</span>\
      <span class="dim">\(context.state.retentionDays == 0 ? "kept for ever" : "kept \(context.state.retentionDays) days")</span>\
      </div></div>
      """
  }

  private func previous(_ data: Data) -> (total: Int, held: Int, stopped: Int) {
    let start = (context.now - 23 * 3_600_000_000) / 3_600_000_000 * 3_600_000_000
    var sum = (total: 0, held: 0, stopped: 0)
    for hour in data.twoDays.hours where hour.start < start {
      sum.total += hour.statuses.values.reduce(0, +)
      sum.held += hour.statuses[.quarantined] ?? 0
      sum.stopped += (hour.statuses[.blocked] ?? 0) + (hour.statuses[.rejected] ?? 0)
    }
    return sum
  }

  private func tile(_ name: String, _ value: Int, _ before: Int, _ path: String, isBad: Bool) -> Markup {
    let trend: Markup
    // A percentage of a handful says nothing.
    if before < 10 || value > before * 4 {
      trend = "<span class=\"dim\">\(before == 0 ? "none" : Count.text(before)) the day before</span>"
    } else if value == before {
      trend = "<span class=\"dim\">as the day before</span>"
    } else {
      let percent = (value - before) * 100 / before
      let tone: Markup = isBad && percent > 0 ? "up" : "dim"
      trend = """
        <span class="\(tone)">\(percent >= 0 ? "▲" : "▼") \(Int(percent.magnitude)) %</span> \
        <span class="dim">the day before: \(Count.text(before))</span>
        """
    }
    return """
      <a class="tile" href="\(path)"><span class="tile-name">\(name)</span>\
      <span class="tile-number">\(Count.text(value))</span>\(trend)</a>
      """
  }

  private static let legend: Markup = """
    <ul class="legend"><li><span class="key c-ok-key"></span>delivered</li><li><span class="key c-held-key"></span>\
    quarantined</li><li><span class="key c-stop-key"></span>stopped</li></ul>
    """

  private func latest(_ data: Data) -> Markup {
    guard !data.latest.isEmpty else {
      return "<p class=\"dim\">Nothing was stopped in the last seven days.</p>"
    }
    let filter = EventFilter()
    return """
      <table class="events compact"><thead class="sr"><tr><th>Time</th><th>What</th><th>From, to</th><th>Outcome</th></tr>\
      </thead><tbody>\(data.latest.map { EventRow.markup($0, filter: filter, selected: nil, now: context.now) })</tbody></table>
      """
  }

  private func rules(_ data: Data) -> Markup {
    guard let most = data.day.rules.first?.findings else {
      return "<p class=\"dim\">No rule found anything in 24 hours.</p>"
    }
    let rows = data.day.rules.map { rule in
      """
      <li><div class="split">\(Parts.rule(rule.rule))<span class="number">\(Count.text(rule.findings))</span></div>\
      <div class="dim clip">\(rule.name)</div>\(ShareBar.svg(rule.findings, of: most))</li>
      """ as Markup
    }
    return "<ul class=\"plain bars\">\(rows)</ul>"
  }

  private func agents(_ data: Data) -> Markup {
    let agents = data.day.agents.filter { $0.name != Exchange.client && $0.name != "oktsec" }
      .sorted { ($0.stopped, $0.sent + $0.received, $1.name) > ($1.stopped, $1.sent + $1.received, $0.name) }.prefix(12)
    guard !agents.isEmpty else { return "<p class=\"dim\">None was seen in 24 hours.</p>" }
    let rows = agents.map { agent in
      let total = agent.sent + agent.received
      return """
        <tr><td>\(Parts.agent(agent.name))</td><td class="number" data-label="Messages">\(Count.text(total))</td>\
        <td class="number" data-label="Not delivered">\(Count.text(agent.stopped))</td>\
        <td data-label="Share">\(ShareBar.svg(agent.stopped, of: total, tone: "c-stop"))</td>\
        <td class="dim" data-label="Last seen">\(agent.lastSeen.map { Age.element($0, now: context.now) } ?? "–")</td></tr>
        """ as Markup
    }
    return """
      <table class="cards"><thead><tr><th>Name</th><th class="number">Messages</th><th class="number">Not delivered</th>\
      <th>Share</th><th>Last seen</th></tr></thead><tbody>\(Array(rows))</tbody></table>
      """
  }

  private func health() -> Markup {
    guard let findings = context.system.health() else { return "<p class=\"dim\">Being looked at …</p>" }
    guard !findings.isEmpty else {
      return
        "<p>\(Parts.badge("all well", .good))</p><p class=\"dim\">Config, database, chain and keys are as they should be.</p>"
    }
    let rows = findings.prefix(6).map { finding in
      """
      <li>\(finding.isFailure ? Parts.badge("problem", .bad) : Parts.badge("note", .warn)) \(finding.text)\
      \(finding.remedy.map { "<div class=\"dim\">\($0)</div>" })</li>
      """ as Markup
    }
    return "<ul class=\"plain findings\">\(Array(rows))</ul>"
  }

  // MARK: Nothing recorded yet

  private func firstRun() -> Markup {
    let config = context.state.configPath
    return Layout.page(
      context, section: .overview, title: "Overview", subtitle: "Nothing has been recorded yet.",
      """
      <section class="card start"><h2>First steps</h2><ol>
      <li><strong>See it work.</strong> \(Parts.command("oktsec demo")) plays a session with a server that misbehaves.</li>
      <li><strong>Look what is there.</strong> \(Parts.command("oktsec discover")) lists the MCP servers of your clients.</li>
      <li><strong>Put oktsec between them.</strong> \(Parts.command("oktsec wrap --all --dry-run")) shows what would change, \
      \(Parts.command("oktsec wrap --all")) does it. \(Parts.command("oktsec unwrap --all")) takes it back.</li>
      <li><strong>Use your client as always.</strong> What passes then appears here, live.</li>
      <li><strong>Enforce</strong> when you are content with what you see: <a href="/dashboard/settings#mode">Settings</a>.</li>
      </ol></section>
      <div class="columns"><section class="card span-2"><h2>In use</h2><dl class="facts">
      <dt>Config</dt><dd class="mono">\(config ?? "none: the built-in defaults hold")</dd>
      <dt>Database</dt><dd class="mono">\(context.state.databasePath)</dd></dl></section>
      <section class="card"><h2>Health</h2>\(health())</section></div>
      """)
  }
}
