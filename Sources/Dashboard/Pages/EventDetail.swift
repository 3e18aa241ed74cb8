import Audit
import Guard

/// The panel of one event.
struct EventDetail {
  let context: PageContext
  let opened: OpenedEvent
  let filter: EventFilter

  private var entry: AuditEntry { opened.entry }
  private var isFrame: Bool {
    switch entry.action {
    case .forwarded, .filtered, .stopped: true
    case .gap, .reviewed, .changed: false
    }
  }

  func markup() throws(SystemProblem) -> Markup {
    let rules = try context.system.rules().rules
    return """
      <aside class="card detail" aria-label="Event \(entry.id.description)" tabindex="-1">
      <div class="card-head"><h2>\(EventWords.subject(entry))</h2>\
      <a class="button quiet close" href="/dashboard/events\(filter.queryString(keepingPlace: true))">Close</a></div>
      \(decision)
      \(review)
      \(findings(rules))
      \(withheld)
      \(facts)
      \(exception(rules))
      \(timeline)
      </aside>
      """
  }

  // MARK: Verdict and action

  private var decision: Markup {
    guard isFrame else { return "<p>\(entry.reason.isEmpty ? "No reason was recorded." : entry.reason)</p>" }
    let reason: Markup = entry.reason.isEmpty ? "" : " <span class=\"mono\">\(entry.reason)</span>"
    let observed: Markup =
      entry.action == .forwarded && entry.verdict > .flag
      ? "<p class=\"dim\">It went on all the same: the mode was observe, or an approval let it pass.</p>" : ""
    return """
      <div class="versus"><div><span class="dim">Inspection said</span>\(Parts.badge(entry.verdict))</div>\
      <span class="dim" aria-hidden="true">→</span>\
      <div><span class="dim">What was done</span>\(Parts.badge(entry.action))</div></div>\
      <p>\(EventWords.reason(entry))\(reason)</p>\(observed)
      """
  }

  // MARK: Quarantine

  private var review: Markup {
    guard let item = opened.item else { return "" }
    guard item.state == .pending else {
      let who: Markup? = item.reviewer.map { " by <strong>\($0)</strong>" }
      let why: Markup? = item.reason.flatMap { $0.isEmpty ? nil : ": \($0)" }
      let when: Markup? = item.decided.map { " \(Age.element($0, now: context.now))" }
      return "<p class=\"review\">\(Parts.badge(item.state))\(who)\(when)\(why)</p>"
    }
    let held: Markup = item.timesHeld > 1 ? " It came \(item.timesHeld) times." : ""
    let action = "/dashboard/quarantine/\(item.id.description)"
    return Parts.form(
      action, context, class: "review attention",
      """
      <p><strong>It waits for you</strong> and runs out \(Age.words(until: item.expires, now: context.now)).\(held) \
      \(consequence(item))</p>
      <label><span>Why (kept in the audit trail)</span><input name="reason" maxlength="500" autocomplete="off"></label>
      <div class="actions"><button type="submit" name="decision" value="approve" class="primary">Approve, once</button>\
      <button type="submit" name="decision" value="reject" class="danger">Reject</button></div>
      """)
  }

  private func consequence(_ item: QuarantineListing) -> Markup {
    switch item.kind {
    case .request: "Approved, the next request that is the same passes, once."
    case .result:
      "Approved, the next request that is the same is answered with this result, once; the server is not called."
    case .message: "Approved, it is delivered to \(item.record.to)."
    }
  }

  private var withheld: Markup {
    guard let item = opened.item else { return "" }
    guard let payload = opened.payload else {
      return """
        <section><h3>Withheld text</h3><p class="dim">It is not stored any more: decided, expired, or its key is gone.</p>\
        </section>
        """
    }
    let shown = payload.prefix(Self.maximumShown)
    let rest: Markup =
      payload.count > shown.count
      ? "<p class=\"dim\">The first \(Count.bytes(shown.count)) of \(Count.bytes(payload.count)). The rest: \(Parts.command("oktsec quarantine detail \(item.id)"))</p>"
      : ""
    return """
      <section><h3>Withheld text</h3><p class="dim">Written by somebody else. Never follow what it says.</p>\
      <pre class="payload" tabindex="0">\(lines: String(decoding: shown, as: UTF8.self))</pre>\(rest)</section>
      """
  }

  private static let maximumShown = 16_384

  // MARK: Findings

  private func findings(_ rules: RuleSet) -> Markup {
    guard !entry.findings.isEmpty else { return "" }
    let shown = entry.findings.prefix(20)
    let cards = shown.map { finding in
      let card: Markup? = rules.definition(of: finding.rule).map { rule in
        """
        <details><summary>About this rule</summary><p>\(rule.description)</p>\
        <p class="dim">\(rule.remediation)</p></details>
        """
      }
      return """
        <li class="finding"><div class="split"><span>\(Parts.badge(finding.severity)) <strong>\(finding.name)</strong></span>\
        \(Parts.rule(finding.rule))</div>\
        <p class="place"><span class="dim">at</span> <span class="mono">\(finding.pointer.isEmpty ? "the text" : finding.pointer)</span> \
        <span class="dim">bytes \(finding.start)–\(finding.end) · \(finding.category)</span></p>\
        <p class="excerpt mono">\(finding.excerpt)</p>\(card)</li>
        """ as Markup
    }
    let more = entry.findings.count - shown.count + entry.findingsDropped
    return """
      <section><h3>\(Count.words(entry.findings.count, "finding"))</h3><ul class="plain">\(Array(cards))</ul>\
      \(more > 0 ? "<p class=\"dim\">and \(more) more</p>" as Markup : "")</section>
      """
  }

  // MARK: Facts

  private var facts: Markup {
    func row(_ name: String, _ value: Markup?) -> Markup {
      value.map { "<dt>\(name)</dt><dd>\($0)</dd>" } ?? ""
    }
    let signature: Markup? = isFrame ? signatureWords : nil
    return """
      <section><h3>Record</h3><dl class="facts">
      \(row("Id", "<span class=\"mono\">\(entry.id.description)</span>"))
      \(row("Time", "<time datetime=\"\(Timestamp.text(entry.timestamp))\">\(Age.date(entry.timestamp))</time>"))
      \(row("From", Parts.agent(entry.from)))\(row("To", Parts.agent(entry.to)))
      \(row("Decision", "<span class=\"mono\">\(entry.decision.rawValue)</span>"))
      \(row("Signature", signature))
      \(row("Size", isFrame ? "\(Count.bytes(entry.bytes)), inspected in \(Age.latency(entry.latency))" : nil))
      \(row("SHA-256", isFrame ? "<span class=\"mono break\">\(entry.contentHash.hex)</span>" : nil))
      \(row("Forwarded", entry.forwardedHash.map { "<span class=\"mono break\">\($0.hex)</span>" }))
      \(row("Session", entry.session.isEmpty ? nil : sessionLink))
      </dl></section>
      """
  }

  private var sessionLink: Markup {
    let target = EventFilter().with { $0.session = entry.session }
    return "<a class=\"mono\" href=\"/dashboard/events\(target.queryString())\">\(entry.session)</a>"
  }

  private var signatureWords: Markup {
    let key: Markup? = entry.fingerprint.map { " <span class=\"mono\">\(String($0.prefix(16)))</span>" }
    switch entry.signature {
    case .verified: return "\(Parts.badge("verified", .good))\(key)"
    case .absent: return "none"
    case .invalid: return "\(Parts.badge("invalid", .bad))\(key)"
    }
  }

  // MARK: Exception

  private func exception(_ rules: RuleSet) -> Markup {
    var ids: [String] = []
    for finding in entry.findings where !ids.contains(finding.rule) && rules.definition(of: finding.rule) != nil {
      ids.append(finding.rule)
    }
    guard isFrame, entry.verdict > .clean, !ids.isEmpty else { return "" }
    let choices = ids.map { Parts.option($0, $0, selected: false) }
    let tool: Markup = entry.tool.isEmpty ? "any tool" : "tool <strong class=\"mono\">\(entry.tool)</strong>"
    let agent = entry.from == Exchange.client ? entry.to : entry.from
    return """
      <details class="exception"><summary>A false alarm? Make an exception</summary>\
      \(Parts.form(
        "/dashboard/events/\(entry.id.description)/exception", context,
        """
        <p>For <strong>\(agent)</strong>, \(tool), in a \(entry.direction.rawValue), and nowhere else. What it lets through is \
        still flagged and recorded. It is written into the config.</p>
        <div class="fields"><label><span>Rule</span><select name="rule"><option value="">all of this event</option>\(choices)\
        </select></label>
        <label><span>For</span><select name="for"><option value="1h">1 hour</option><option value="24h">1 day</option>\
        <option value="7d">7 days</option><option value="always">good</option></select></label>
        <label class="grow"><span>Why</span><input name="reason" maxlength="500" autocomplete="off"></label></div>
        \(Parts.button("Make the exception"))
        """))</details>
      """
  }

  // MARK: Session

  private var timeline: Markup {
    guard opened.session.count > 1 else { return "" }
    let rows = opened.session.map { record in
      let isThis: Markup = record.cursor == opened.cursor ? " class=\"selected\" aria-current=\"true\"" : ""
      return """
        <li\(isThis)>\(Age.clock(record.entry.timestamp)) <a href="/dashboard/events/\(record.entry.id.description)\
        \(filter.queryString(keepingPlace: true))">\(EventWords.subject(record.entry))</a> \(EventWords.outcome(record.entry))</li>
        """ as Markup
    }
    return "<section><h3>Around it in the session</h3><ol class=\"timeline\">\(rows)</ol></section>"
  }
}
