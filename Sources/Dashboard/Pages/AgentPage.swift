import Audit
import Guard

/// One agent: what it may, its key, what it did.
struct AgentPage {
  let context: PageContext
  let name: String

  /// Nil when the name can be no agent's.
  func markup() throws(SystemProblem) -> Markup? {
    guard let agent = AgentName(name) else { return nil }
    let key = try context.system.keys().first { $0.agent == agent }
    let known = context.state.policy.agents[agent]
    let records =
      try context.read { reader throws(DatabaseError) -> [AuditRecord] in
        var query = AuditQuery()
        query.agent = agent.description
        query.limit = 12
        return try reader.records(matching: query)
      } ?? []
    guard known != nil || key != nil || !records.isEmpty else { return nil }
    let note = context.state.notes[agent]?.description ?? ""
    let policy: Markup =
      known.map { settings(agent, $0) }
        ?? """
        <section class="card span-2"><h2>What it may do</h2><p>The config does not name it, so what holds for strangers holds.</p>\
        \(context.state.configPath == nil ? "" : Parts.form("/dashboard/agents/add", context, "<input type=\"hidden\" name=\"name\" value=\"\(agent.description)\">\(Parts.button("Add it to the config"))"))\
        </section>
        """
    return Layout.page(
      context, section: .agents, title: agent.description,
      subtitle: note.isEmpty
        ? "<a href=\"/dashboard/agents\">All agents</a>" : "\(note) · <a href=\"/dashboard/agents\">All agents</a>",
      """
      <div class="columns">\(policy)<section class="card"><h2>Key</h2>\(keyCard(agent, key))</section>\
      <section class="card span-3"><div class="card-head"><h2>What it did</h2>\
      <a href="/dashboard/events?agent=\(agent.description)">All of its events</a></div>\(events(records))</section></div>
      """)
  }

  // MARK: Settings

  private func settings(_ agent: AgentName, _ policy: AgentPolicy) -> Markup {
    let tools = policy.allowedTools?.names
    let recipients: [AgentName]? =
      if case .only(let names) = policy.canMessage { names.sorted() } else { nil }
    let words = BlockedContent.words.map { word in
      let checked: Markup = policy.blockedContent.names.contains(word) ? " checked" : ""
      return """
        <label class="check"><input type="checkbox" name="blocked" value="\(word)"\(checked)> <span>\(word)</span></label>
        """ as Markup
    }
    return """
      <section class="card span-2"><h2>What it may do</h2>\
      \(Parts.form(
        "/dashboard/agents/\(agent.description)/edit", context, class: "stack",
        """
        <label><span>Description</span><input name="description" maxlength="500" \
        value="\(context.state.notes[agent]?.description ?? "")"></label>
        <fieldset><legend>Tools</legend>\
        \(radio("tools", "any", "Every tool", tools == nil))\
        \(radio("tools", "list", "Only these, one per line", tools != nil))
        <textarea name="tool_list" rows="4" spellcheck="false" aria-label="Allowed tools">\(lines: tools?.joined(separator: "\n") ?? "")</textarea>
        </fieldset>
        <fieldset><legend>May write to</legend>\
        \(radio("recipients", "any", "Anyone", recipients == nil))\
        \(radio("recipients", "list", "Only these agents, one per line; none when empty", recipients != nil))
        <textarea name="recipient_list" rows="3" spellcheck="false" aria-label="Agents that it may write to">\(lines: recipients?.map(\.description).joined(separator: "\n") ?? "")</textarea>
        </fieldset>
        <fieldset><legend>Must never handle</legend><div class="checks">\(words)</div></fieldset>
        <label class="short"><span>Messages or calls in a minute, at most (empty: no limit)</span><input name="rate" inputmode="numeric" \
        pattern="[0-9]*" maxlength="7" value="\(policy.ratePerMinute.map { String($0) } ?? "")"></label>
        <div class="actions">\(Parts.button("Save", class: "primary"))</div>
        """))</section>
      """
  }

  private func radio(_ name: String, _ value: String, _ title: String, _ isOn: Bool) -> Markup {
    let checked: Markup = isOn ? " checked" : ""
    return """
      <label class="check"><input type="radio" name="\(name)" value="\(value)"\(checked)> <span>\(title)</span></label>
      """
  }

  // MARK: Key

  private func keyCard(_ agent: AgentName, _ key: AgentKey?) -> Markup {
    let place = "/dashboard/agents/\(agent.description)/key"
    func form(_ action: String, _ title: String, _ tone: String, _ question: String?) -> Markup {
      Parts.form(
        place, context, class: "inline", confirm: question,
        "<button type=\"submit\" name=\"action\" value=\"\(action)\" class=\"\(tone)\">\(title)</button>")
    }
    guard let key else {
      return """
        <p class="dim">It has no key, so it cannot sign messages. A wrapped server needs none.</p>\
        \(form("generate", "Make a key", "", nil))
        """
    }
    let defects = key.defects.map { "<li>\($0)</li>" as Markup }
    return """
      <dl class="facts"><dt>State</dt><dd>\(Parts.badge(key.state.rawValue, key.state == .active ? .good : .bad))</dd>
      <dt>Fingerprint</dt><dd class="mono break">\(key.fingerprint?.hex ?? "–")</dd>
      <dt>Private key</dt><dd>\(key.hasPrivateKey ? "on this machine" : "not here")</dd></dl>
      \(defects.isEmpty ? "" : "<ul class=\"plain findings\">\(defects)</ul>" as Markup)\
      <div class="actions">\
      \(form("rotate", "Rotate", "", "Make a new key for \(agent) and revoke this one? What it signed before no longer verifies."))\
      \(form("revoke", "Revoke", "danger", "Revoke the key of \(agent)? This cannot be undone."))</div>
      """
  }

  private func events(_ records: [AuditRecord]) -> Markup {
    guard !records.isEmpty else { return "<p class=\"dim\">Nothing is recorded of it yet.</p>" }
    let filter = EventFilter()
    return """
      <table class="events">\(EventRow.head)<tbody>\
      \(records.map { EventRow.markup($0, filter: filter, selected: nil, now: context.now) })</tbody></table>
      """
  }
}
