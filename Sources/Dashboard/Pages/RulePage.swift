import Audit
import Guard

/// The card of one rule.
struct RulePage {
  let context: PageContext
  let name: String

  /// Nil when there is no such rule.
  func markup() throws(SystemProblem) -> Markup? {
    let inForce = try context.system.rules()
    guard let rule = inForce.rules.definition(of: name) else { return nil }
    let latest = try context.read { reader throws(DatabaseError) in
      try reader.search(rule.id, limit: 40).filter { $0.entry.findings.contains { $0.rule == rule.id } }.prefix(8)
    }
    let origin: Markup? = inForce.origins[rule.id.lowercased()].map { Parts.badge($0, .info) }
    return Layout.page(
      context, section: .rules, title: rule.name,
      subtitle: """
        <span class="mono">\(rule.id)</span> \(Parts.badge(rule.severity)) \(origin) \
        <a href="/dashboard/rules?category=\(rule.category.rawValue)">\(CategoryWords.title(rule.category))</a>
        """,
      """
      <div class="columns"><section class="card span-2"><h2>What it finds</h2><p>\(rule.description)</p>\
      <h3>What to do</h3><p>\(rule.remediation.isEmpty ? "Nothing in particular." : rule.remediation)</p>\
      <h3>Where it looks</h3><p>\(roles(rule))</p></section>\
      <section class="card"><h2>Treatment</h2>\(RuleControl.choice(rule.id, context))\
      <p class="dim">Written into the config; running relays take it up within a second.</p>\(exceptions(rule.id))</section>\
      <section class="card span-2"><h2>Found last</h2>\(events(Array(latest ?? [])))</section>\
      <section class="card"><h2>Examples</h2>\(examples("Found", rule.matches))\(examples("Not found", rule.passes))</section>\
      </div>
      """)
  }

  private func roles(_ rule: RuleDefinition) -> Markup {
    if rule.roles == .all, rule.roleSeverity.isEmpty { return "Everywhere." }
    return rule.roles.roles.map { role in
      let limit: Markup? = rule.roleSeverity[role].map { " <span class=\"dim\">(there at most \($0.name))</span>" }
      return "<span class=\"mono\">\(role.name)</span>\(limit)" as Markup
    }.joined(", ")
  }

  private func exceptions(_ id: String) -> Markup {
    let scoped = context.state.scoped(id)
    guard !scoped.isEmpty else { return "" }
    let rows = scoped.map { override in
      var parts: [String] = []
      if let agents = override.agents { parts.append(agents.sorted().map(\.description).joined(separator: ", ")) }
      if let tools = override.tools { parts.append(tools.names.joined(separator: ", ")) }
      if let direction = override.direction { parts.append(direction.rawValue) }
      if let until = override.until {
        parts.append(until <= context.now ? "run out" : "until \(Age.date(until))")
      }
      let action = override.action?.words ?? override.severity.map { "severity \($0.name)" } ?? "notify"
      return "<li>\(action): \(parts.joined(separator: " · "))</li>" as Markup
    }
    return "<h3>Exceptions</h3><ul class=\"plain\">\(rows)</ul>"
  }

  private func events(_ records: [AuditRecord]) -> Markup {
    guard !records.isEmpty else { return "<p class=\"dim\">It has found nothing yet.</p>" }
    let filter = EventFilter()
    return """
      <table class="events compact">\(EventRow.head)<tbody>\
      \(records.map { EventRow.markup($0, filter: filter, selected: nil, now: context.now) })</tbody></table>
      """
  }

  private func examples(_ title: String, _ examples: [RuleExample]) -> Markup {
    guard !examples.isEmpty else { return "" }
    let rows = examples.prefix(4).map { example in
      let text = example.text.unicodeScalars.count > 240 ? String(example.text.prefix(240)) + "…" : example.text
      return "<li class=\"excerpt mono\">\(text)</li>" as Markup
    }
    return "<h3>\(title)</h3><ul class=\"plain\">\(Array(rows))</ul>"
  }
}

/// Try a text against the rules.
struct TryPage {
  let context: PageContext
  let text: String
  let role: Role

  func markup() throws(SystemProblem) -> Markup {
    let roles = Role.allCases.map { Parts.option($0.name, $0.name, selected: $0 == role) }
    let result = text.isEmpty ? nil : try self.result()
    return Layout.page(
      context, section: .rules, title: "Try a text",
      subtitle:
        "It is judged as in a message, with your config, and goes nowhere. <a href=\"/dashboard/rules\">All rules</a>",
      """
      <section class="card">\(Parts.form(
        "/dashboard/rules/try", context,
        """
        <label for="text"><span>Text</span></label>
        <textarea id="text" name="text" rows="10" maxlength="65536" spellcheck="false" required>\(lines: text)</textarea>
        <div class="fields"><label><span>It stands in</span><select name="role">\(roles)</select></label>
        \(Parts.button("Judge", class: "primary"))</div>
        """))</section>\(result)
      """)
  }

  private func result() throws(SystemProblem) -> Markup {
    let inspection = try context.system.inspect(text, role: role)
    let rows = inspection.findings.prefix(50).map { finding in
      """
      <li class="finding"><div class="split"><span>\(Parts.badge(finding.severity)) <strong>\(finding.name)</strong></span>\
      \(Parts.rule(finding.rule))</div><p class="place dim">bytes \(finding.place.range.lowerBound)–\
      \(finding.place.range.upperBound), \(finding.isProven ? "proven" : "not proven"), read \(finding.view.name)</p>\
      <p class="excerpt mono">\(finding.excerpt)</p></li>
      """ as Markup
    }
    return """
      <section class="card" aria-live="polite"><div class="card-head"><h2>Verdict</h2>\(Parts.badge(inspection.verdict))</div>\
      \(rows.isEmpty ? "<p class=\"dim\">No rule finds anything.</p>" as Markup : "<ul class=\"plain\">\(Array(rows))</ul>" as Markup)\
      </section>
      """
  }
}
