import Audit
import Guard

/// The log of events and the quarantine, with one event opened beside the list.
struct EventsPage {
  let context: PageContext
  /// As the path names it: an id or the beginning of one.
  let selected: String?

  private var filter: EventFilter { EventFilter(context.request.query, now: context.now) }

  static let pageSize = 50
  /// Items of the quarantine that are shown; `oktsec quarantine list` has all.
  static let maximumItems = 100

  func markup() throws(SystemProblem) -> Markup { try markup(opened: nil) }

  /// The list with the event that the path names; 404 when there is none.
  func detail() throws(SystemProblem) -> FinishedPage? {
    guard let selected, let opened = try OpenedEvent.find(selected, context) else { return nil }
    return FinishedPage(markup: try markup(opened: opened))
  }

  private struct Rows {
    var markup: [Markup] = []
    /// Where older ones begin; nil when there are none.
    var next: Int64?
    var newest: Int64 = 0
  }

  private func markup(opened: OpenedEvent?) throws(SystemProblem) -> Markup {
    let filter = filter
    let rows = try rows(filter, opened?.entry.id)
    let isLive = filter.before == nil && filter.tab != .quarantine
    let isEmpty = rows?.markup.isEmpty ?? true
    let list: Markup
    if isEmpty, !isLive {
      list = empty(filter, hasDatabase: rows != nil)
    } else {
      let live: Markup =
        isLive
        ? " data-live=\"/dashboard/api/events\(filter.queryString())\" data-after=\"\(String(rows?.newest ?? 0))\"" : ""
      // A table without rows waits for the first one to arrive.
      let hidden: Markup = isEmpty ? " hidden" : ""
      let nothing: Markup = isEmpty ? "<div id=\"empty\">\(empty(filter, hasDatabase: rows != nil))</div>" : ""
      list = """
        <div class="list-head"><span id="live" class="live" hidden>live</span>\
        <button type="button" id="pause" class="quiet" hidden>Pause</button></div>\
        \(nothing)\
        <table class="events"\(live)\(hidden)>\(EventRow.head)<tbody>\(rows?.markup ?? [])</tbody></table>\
        \(rows.map { pager(filter, $0) })
        """
    }
    let isOpen: Markup = opened == nil ? "" : " open"
    return Layout.page(
      context, section: .events, title: "Events", wide: true,
      """
      \(tabs(filter))\(form(filter))
      <div class="split-view\(isOpen)"><section class="card list" aria-label="Events">\(list)</section>\
      \(try opened.map { opened throws(SystemProblem) in try EventDetail(context: context, opened: opened, filter: filter).markup() })</div>
      """)
  }

  // MARK: Rows

  /// Nil when nothing was recorded yet.
  private func rows(_ filter: EventFilter, _ selected: EventID?) throws(SystemProblem) -> Rows? {
    try context.read { reader throws(DatabaseError) in
      if filter.tab == .quarantine {
        var items = try reader.quarantineItems(filter.state, limit: Self.maximumItems, now: context.now)
        if filter.state == nil {
          // What waits comes first, however old it is.
          items.removeAll { $0.state == .pending }
          items = try reader.quarantineItems(.pending, limit: Self.maximumItems, now: context.now) + items
        }
        items = Array(items.filter { filter.matches($0.record) }.prefix(Self.maximumItems))
        return Rows(markup: items.map { EventRow.markup($0, filter: filter, selected: selected, now: context.now) })
      }
      let found = try Self.records(filter, reader, limit: Self.pageSize + 1)
      let shown = found.prefix(Self.pageSize)
      return Rows(
        markup: shown.map { EventRow.markup($0, filter: filter, selected: selected, now: context.now) },
        next: found.count > Self.pageSize ? shown.last?.cursor : nil,
        newest: try filter.before == nil ? reader.lastCursor() : 0)
    }
  }

  /// A text is looked for in indexes, and the other conditions are then applied to what was found.
  private static func records(
    _ filter: EventFilter, _ reader: AuditReader, limit: Int
  ) throws(DatabaseError) -> [AuditRecord] {
    guard !filter.text.isEmpty else {
      var query = filter.query
      query.limit = limit
      query.before = filter.before
      return try reader.records(matching: query)
    }
    var found: [AuditRecord] = []
    var cursor = filter.before
    for _ in 0..<10 {
      let page = try reader.search(filter.text, before: cursor, limit: 200)
      found += page.filter { filter.matches($0.entry) }
      guard found.count < limit, page.count == 200, let last = page.last else { break }
      cursor = last.cursor
    }
    return Array(found.prefix(limit))
  }

  // MARK: Around the list

  private func tabs(_ filter: EventFilter) -> Markup {
    let links = EventFilter.Tab.allCases.map { tab in
      let target = filter.with {
        $0.tab = tab
        $0.before = nil
        $0.state = nil
        if tab == .blocked { $0.status = nil }
      }
      let current: Markup = tab == filter.tab ? " aria-current=\"page\"" : ""
      return "<a href=\"/dashboard/events\(target.queryString())\"\(current)>\(tab.title)</a>" as Markup
    }
    return "<nav class=\"tabs\" aria-label=\"Which events\">\(links)</nav>"
  }

  private func form(_ filter: EventFilter) -> Markup {
    let periods = EventFilter.Period.allCases.map {
      Parts.option($0.rawValue, $0.title, selected: filter.period == $0)
    }
    let statuses = DeliveryStatus.allCases.map { Parts.option($0.rawValue, $0.rawValue, selected: filter.status == $0) }
    let states = QuarantineState.allCases.map { Parts.option($0.rawValue, $0.rawValue, selected: filter.state == $0) }
    let choice: Markup
    switch filter.tab {
    case .all:
      choice = """
        <label><span>Status</span><select name="status"><option value="">any</option>\(statuses)</select></label>
        """
    case .quarantine:
      choice = """
        <label><span>State</span><select name="state"><option value="">any</option>\(states)</select></label>
        """
    case .blocked: choice = ""
    }
    let checked: Markup = filter.unverifiedOnly ? " checked" : ""
    let session: Markup =
      filter.session.isEmpty
      ? "" : "<label><span>Session</span><input name=\"session\" value=\"\(filter.session)\"></label>"
    let clear: Markup =
      filter.isEmpty
      ? ""
      : "<a class=\"button quiet\" href=\"/dashboard/events\(EventFilter().with { $0.tab = filter.tab }.queryString())\">Clear</a>"
    return """
      <form class="filters" method="get" action="/dashboard/events" role="search">\
      \(filter.tab == .all ? "" : "<input type=\"hidden\" name=\"tab\" value=\"\(filter.tab.rawValue)\">" as Markup)\
      <label class="grow"><span>Search</span><input id="search" type="search" name="q" value="\(filter.text)" \
      placeholder="agent, tool, method, rule or id" maxlength="256"></label>\
      <label><span>Agent</span><input name="agent" value="\(filter.agent)" maxlength="256"></label>\(choice)\
      <label><span>Time</span><select name="since"><option value="">any</option>\(periods)</select></label>\(session)\
      <label class="check"><input type="checkbox" name="unverified" value="1"\(checked)> <span>unverified only</span></label>\
      <button type="submit">Show</button>\(clear)</form>
      """
  }

  private func pager(_ filter: EventFilter, _ rows: Rows) -> Markup {
    let newest: Markup =
      filter.before == nil
      ? "" : "<a class=\"button\" rel=\"prev\" href=\"/dashboard/events\(filter.queryString())\">Newest</a>"
    let older: Markup? = rows.next.map { cursor in
      let target = filter.with { $0.before = cursor }
      return """
        <a class="button" rel="next" href="/dashboard/events\(target.queryString(keepingPlace: true))">Older</a>
        """
    }
    return "<nav class=\"pager\" aria-label=\"Pages\">\(newest)\(older)</nav>"
  }

  private func empty(_ filter: EventFilter, hasDatabase: Bool) -> Markup {
    if !hasDatabase {
      return Parts.empty(
        "Nothing has been recorded yet", "The <a href=\"/dashboard\">overview</a> says how to begin.")
    }
    if !filter.isEmpty || filter.before != nil {
      return Parts.empty(
        "No event matches", "Names match from their beginning. <a href=\"/dashboard/events\">Show everything</a>")
    }
    switch filter.tab {
    case .all: return Parts.empty("No events", "What passes a wrapped server appears here, live.")
    case .quarantine:
      return Parts.empty(
        "The quarantine is empty",
        "In enforce, messages with a grave but unproven finding wait here for a person. Nothing waits.")
    case .blocked: return Parts.empty("Nothing was blocked", "In observe nothing is blocked for its content.")
    }
  }
}
