import Audit
import Guard

/// Agents of the config, and names that only the records know.
struct AgentsPage {
  let context: PageContext

  func markup() throws(SystemProblem) -> Markup {
    let state = context.state
    let since = context.now - 7 * 86_400_000_000
    let seen =
      try context.read { reader throws(DatabaseError) in
        try reader.statistics(since: since, topRules: 1, topAgents: 500).agents
      } ?? []
    let keys = try context.system.keys()
    let activity = Dictionary(seen.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let configured = state.policy.agents.keys.sorted()
    let names = Set(configured.map(\.description))
    let keyless = keys.filter { !names.contains($0.agent.description) }.map(\.agent)
    let strangers = seen.filter { agent in
      !names.contains(agent.name) && agent.name != Exchange.client && agent.name != "oktsec"
        && AgentName(agent.name) != nil && !keyless.contains { $0.description == agent.name }
    }
    let rows =
      configured.map { row($0, activity[$0.description], keys, isKnown: true) }
      + keyless.map { row($0, activity[$0.description], keys, isKnown: false) }
      + strangers.prefix(100).compactMap { agent in
        AgentName(agent.name).map { row($0, agent, keys, isKnown: false) }
      }
    let table: Markup =
      rows.isEmpty
      ? Parts.empty(
        "No agents yet",
        "An agent is a wrapped server or a sender of messages. \(Parts.command("oktsec wrap --all")) names one for each server."
      )
      : """
      <section class="card"><table class="cards"><thead><tr><th>Name</th><th>Tools</th><th>May write to</th>\
      <th>Never handles</th><th>Key</th><th class="number">Messages, 7 d</th><th class="number">Not delivered</th>\
      <th>Last seen</th></tr></thead><tbody>\(rows)</tbody></table></section>
      """
    return Layout.page(
      context, section: .agents, title: "Agents",
      subtitle: "\(Count.words(configured.count, "agent")) in the config.", "\(table)\(add)")
  }

  private var add: Markup {
    guard context.state.configPath != nil else {
      return
        "<p class=\"dim\">There is no config yet, so nothing can be changed here. \(Parts.command("oktsec init")) writes one.</p>"
    }
    return """
      <section class="card"><h2>Add an agent</h2>\
      \(Parts.form(
        "/dashboard/agents/add", context, class: "fields",
        """
        <label class="grow"><span>Name</span><input name="name" required maxlength="64" autocomplete="off" spellcheck="false" \
        pattern="[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}" title="\(AgentName.rule)"></label>\(Parts.button("Add"))
        """))</section>
      """
  }

  private func row(
    _ name: AgentName, _ activity: AuditStatistics.Agent?, _ keys: [AgentKey], isKnown: Bool
  ) -> Markup {
    let policy = context.state.policy.agents[name] ?? AgentPolicy()
    let key = keys.first { $0.agent == name }
    let note = context.state.notes[name]?.description ?? ""
    let stopped = activity?.stopped ?? 0
    let unknown: Markup = isKnown ? "" : " \(Parts.badge("not in the config", .info))"
    return """
      <tr><td class="what"><a class="row name" href="/dashboard/agents/\(name.description)">\(name.description)</a>\(unknown)\
      \(note.isEmpty ? "" : "<div class=\"dim small clip\">\(note)</div>" as Markup)</td>\
      <td data-label="Tools">\(AgentWords.tools(policy))</td><td data-label="May write to">\(AgentWords.recipients(policy))</td>\
      <td data-label="Never handles">\(AgentWords.blocked(policy))</td><td data-label="Key">\(AgentWords.key(key))</td>\
      <td class="number" data-label="Messages">\(Count.text((activity?.sent ?? 0) + (activity?.received ?? 0)))</td>\
      <td class="number" data-label="Not delivered"><span class="\(stopped > 0 ? "strong" : "dim")">\(Count.text(stopped))</span></td>\
      <td class="dim" data-label="Last seen">\(activity?.lastSeen.map { Age.element($0, now: context.now) } ?? "–")</td></tr>
      """
  }
}

/// Words about an agent.
enum AgentWords {
  static func tools(_ policy: AgentPolicy) -> Markup {
    guard let tools = policy.allowedTools?.names else { return "<span class=\"dim\">every</span>" }
    return tools.isEmpty ? Parts.badge("none", .warn) : "\(Count.words(tools.count, "tool"))"
  }

  static func recipients(_ policy: AgentPolicy) -> Markup {
    switch policy.canMessage {
    case .anyone: "<span class=\"dim\">anyone</span>"
    case .only(let names) where names.isEmpty: "no one"
    case .only(let names): "\(names.sorted().map(\.description).joined(separator: ", "))"
    }
  }

  static func blocked(_ policy: AgentPolicy) -> Markup {
    policy.blockedContent.isEmpty
      ? "<span class=\"dim\">–</span>" : "\(policy.blockedContent.names.joined(separator: ", "))"
  }

  static func key(_ key: AgentKey?) -> Markup {
    guard let key else { return "<span class=\"dim\">none</span>" }
    switch key.state {
    case .active: return "<span class=\"mono small\">\(key.fingerprint?.short ?? "")</span>"
    case .revoked: return Parts.badge("revoked", .bad)
    case .unusable: return Parts.badge("unusable", .bad)
    }
  }
}
