import Audit
import Guard

/// What is looked for: categories as cards, and the rules of one.
struct RulesPage {
  let context: PageContext

  func markup() throws(SystemProblem) -> Markup {
    let inForce = try context.system.rules()
    let definitions = inForce.rules.definitions
    let found = try counts()
    let text = context.request.query.trimmed("q") ?? ""
    if let category = context.request.query["category"].flatMap({ Category(rawValue: $0) }) {
      let rules = definitions.filter { $0.category == category }
      return page(
        title: CategoryWords.title(category),
        "\(Count.words(rules.count, "rule")). \(CategoryWords.text(category)) <a href=\"/dashboard/rules\">All categories</a>",
        table(rules, inForce, found))
    }
    if !text.isEmpty {
      let wanted = text.lowercased()
      let rules = definitions.filter {
        $0.id.lowercased().contains(wanted) || $0.name.lowercased().contains(wanted)
          || $0.description.lowercased().contains(wanted)
      }
      return page(
        title: "Rules", "\(Count.words(rules.count, "rule")) with “\(text)”.",
        "\(search(text))\(rules.isEmpty ? Parts.empty("No rule matches", "Ids, names and descriptions are searched.") : table(rules, inForce, found))"
      )
    }
    return page(
      title: "Rules", "\(Count.words(definitions.count, "rule")) in force. Findings are of the last 7 days.",
      "\(search(""))\(changed(definitions, inForce, found))\(categories(definitions, found))")
  }

  private func page(title: String, _ subtitle: Markup, _ content: Markup) -> Markup {
    Layout.page(
      context, section: .rules, title: title, subtitle: subtitle,
      actions: "<a class=\"button\" href=\"/dashboard/rules/try\">Try a text</a>", content)
  }

  /// Findings of seven days by rule.
  private func counts() throws(SystemProblem) -> [String: Int] {
    let since = context.now - 7 * 86_400_000_000
    let statistics = try context.read { reader throws(DatabaseError) in
      try reader.statistics(since: since, topRules: 1000, topAgents: 1)
    }
    return Dictionary(statistics?.rules.map { ($0.rule, $0.findings) } ?? [], uniquingKeysWith: +)
  }

  private func search(_ text: String) -> Markup {
    """
    <form class="filters" method="get" action="/dashboard/rules" role="search"><label class="grow"><span>Search</span>\
    <input id="search" type="search" name="q" value="\(text)" placeholder="id, name or words of the description" \
    maxlength="128"></label><button type="submit">Search</button></form>
    """
  }

  private func categories(_ definitions: [RuleDefinition], _ found: [String: Int]) -> Markup {
    let cards = Category.allCases.compactMap { category -> Markup? in
      let rules = definitions.filter { $0.category == category }
      guard !rules.isEmpty else { return nil }
      let findings = rules.reduce(0) { $0 + (found[$1.id] ?? 0) }
      let off = rules.count { context.state.general($0.id)?.action == .ignore }
      return """
        <a class="card category" href="/dashboard/rules?category=\(category.rawValue)"><h2>\(CategoryWords.title(category))</h2>\
        <p class="dim">\(CategoryWords.text(category))</p><p class="foot"><span>\(Count.words(rules.count, "rule"))</span>\
        \(off > 0 ? Parts.badge("\(off) off", .warn) : "")\
        <span class="\(findings > 0 ? "strong" : "dim")">\(Count.words(findings, "finding"))</span></p></a>
        """
    }
    return "<div class=\"grid\">\(cards)</div>"
  }

  /// Rules that the config treats in another way.
  private func changed(_ definitions: [RuleDefinition], _ inForce: RulesInForce, _ found: [String: Int]) -> Markup {
    let ids = Set(context.state.policy.overrides.map { $0.rule.uppercased() })
    let rules = definitions.filter { ids.contains($0.id.uppercased()) }
    guard !rules.isEmpty else { return "" }
    return "<section class=\"block\"><h2>Changed by your config</h2>\(table(rules, inForce, found))</section>"
  }

  private func table(_ rules: [RuleDefinition], _ inForce: RulesInForce, _ found: [String: Int]) -> Markup {
    let rows = rules.map { rule in
      let scoped = context.state.scoped(rule.id).count
      let origin: Markup? = inForce.origins[rule.id.lowercased()].map { " \(Parts.badge($0, .info))" }
      return """
        <tr><td class="what"><a class="row" href="/dashboard/rules/\(PercentCoding.encode(rule.id))">\(rule.name)</a>\(origin)\
        <div class="dim mono small">\(rule.id)</div></td>\
        <td data-label="Severity">\(Parts.badge(rule.severity))</td>\
        <td class="number" data-label="Findings">\(Count.text(found[rule.id] ?? 0))</td>\
        <td data-label="Treatment">\(RuleControl.treatment(rule.id, context))\
        \(scoped > 0 ? " <span class=\"dim\">\(Count.words(scoped, "exception"))</span>" as Markup : "")</td>\
        <td class="act">\(RuleControl.toggle(rule.id, context))</td></tr>
        """ as Markup
    }
    return """
      <section class="card"><table class="cards rules"><thead><tr><th>Rule</th><th>Severity</th><th class="number">Findings</th>\
      <th>Treatment</th><th><span class="sr">Change</span></th></tr></thead><tbody>\(rows)</tbody></table></section>
      """
  }
}

/// What is done with a rule's findings, and the forms that change it.
enum RuleControl {
  static func treatment(_ id: String, _ context: PageContext) -> Markup {
    switch context.state.general(id)?.action {
    case nil: "<span class=\"dim\">by severity</span>"
    case .ignore?: Parts.badge("off", .warn)
    case let action?: Parts.badge(action.words, .info)
    }
  }

  static func toggle(_ id: String, _ context: PageContext) -> Markup {
    let isOff = context.state.general(id)?.action == .ignore
    let place = "/dashboard/rules/\(PercentCoding.encode(id))/treatment"
    return Parts.form(
      place, context, class: "inline",
      isOff
        ? "<button type=\"submit\" name=\"action\" value=\"\" aria-label=\"Turn on \(id)\">Turn on</button>"
        : "<button type=\"submit\" name=\"action\" value=\"ignore\" class=\"quiet\" aria-label=\"Turn off \(id)\">Turn off</button>"
    )
  }

  static func choice(_ id: String, _ context: PageContext) -> Markup {
    let current = context.state.general(id)?.action
    let options = [OverrideAction.allowAndFlag, .quarantine, .block, .ignore].map {
      Parts.option($0.rawValue, $0.words, selected: current == $0)
    }
    return Parts.form(
      "/dashboard/rules/\(PercentCoding.encode(id))/treatment", context, class: "fields",
      """
      <label><span>What is done with its findings</span><select name="action"><option value="">by severity</option>\
      \(options)</select></label><button type="submit">Save</button>
      """)
  }
}
