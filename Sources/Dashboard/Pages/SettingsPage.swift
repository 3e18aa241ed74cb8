import Audit
import Guard

/// How this machine is set up.
struct SettingsPage {
  let context: PageContext
  private var state: SystemState { context.state }

  func markup() throws(SystemProblem) -> Markup {
    let keys = try context.system.keys()
    let fingerprint = try context.read { reader throws(DatabaseError) in try reader.auditKey() } ?? nil
    let text = try context.system.configurationText()
    let warnings = state.warnings.map { "<div class=\"notice warn\"><p>\($0)</p></div>" as Markup }
    return Layout.page(
      context, section: .settings, title: "Settings",
      subtitle: state.configPath == nil
        ? "There is no config: the built-in defaults hold." : "<span class=\"mono\">\(state.configPath ?? "")</span>",
      """
      \(warnings)
      <div class="columns">
      <section class="card" id="mode"><h2>Mode</h2>\(mode)</section>
      <section class="card"><h2>Quarantine and retention</h2>\(quarantine)</section>
      <section class="card"><h2>In use</h2><dl class="facts">
      <dt>Address</dt><dd class="mono">\(state.address.isEmpty ? "–" : state.address)</dd>
      <dt>Database</dt><dd class="mono break">\(state.databasePath)</dd>
      <dt>Audit key</dt><dd class="mono">\(fingerprint?.short ?? "–")</dd>
      <dt>Keys</dt><dd class="mono break">\(state.keysFolder ?? "–")</dd>
      <dt>Signatures</dt><dd>\(state.requiresSignature ? "required" : "optional")</dd>
      <dt>Strangers</dt><dd>\(state.policy.defaultPolicy == .allow ? "may write" : "may not write")</dd>
      <dt>Reviewers by MCP</dt><dd>\(state.reviewers.isEmpty ? "none" : state.reviewers.map(\.description).joined(separator: ", "))</dd>
      </dl></section>
      <section class="card span-2"><h2>Webhooks</h2>\(webhooks)</section>
      <section class="card"><div class="card-head"><h2>Keys</h2><a href="/dashboard/agents">Agents</a></div>\(keyList(keys))</section>
      <section class="card span-3"><h2>Config file</h2>\(configText(text))</section>
      </div>
      """)
  }

  private var canEdit: Bool { state.configPath != nil }

  private var noConfig: Markup {
    "<p class=\"dim\">\(Parts.command("oktsec init")) writes a config; then this can be changed here.</p>"
  }

  private var mode: Markup {
    let isEnforcing = state.policy.mode == .enforce
    let words: Markup =
      isEnforcing
      ? "<p>\(Parts.badge("enforce", .good)) What is found to be dangerous is stopped.</p>"
      : "<p>\(Parts.badge("observe", .warn)) Everything is inspected and recorded. <strong>Nothing is stopped for its content.</strong></p>"
    guard canEdit else { return "\(words)\(noConfig)" }
    return """
      \(words)\(Parts.form(
        "/dashboard/settings/mode", context,
        confirm: isEnforcing ? "Stop enforcing? Dangerous content then passes." : nil,
        isEnforcing
          ? "<button type=\"submit\" name=\"mode\" value=\"observe\">Switch to observe</button>"
          : "<button type=\"submit\" name=\"mode\" value=\"enforce\" class=\"primary\">Switch to enforce</button>"))
      """
  }

  private var quarantine: Markup {
    let checked: Markup = state.policy.quarantineEnabled ? " checked" : ""
    guard canEdit else { return noConfig }
    return Parts.form(
      "/dashboard/settings/quarantine", context, class: "stack",
      """
      <label class="check"><input type="checkbox" name="enabled" value="1"\(checked)> <span>Hold such messages for a person; \
      else they are blocked</span></label>
      <label class="short"><span>Hours until an item runs out</span><input name="expiry" inputmode="numeric" required \
      pattern="[0-9]+" maxlength="5" value="\(state.quarantineHours)"></label>
      <label class="short"><span>Days that the audit is kept (0: for ever)</span><input name="retention" inputmode="numeric" \
      required pattern="[0-9]+" maxlength="5" value="\(state.retentionDays)"></label>
      <div class="actions">\(Parts.button("Save"))</div>
      """)
  }

  private var webhooks: Markup {
    guard !state.webhooks.isEmpty else {
      return
        "<p class=\"dim\">None. The config's <code>webhooks</code> name addresses that are told what was stopped.</p>"
    }
    let rows = state.webhooks.map { webhook in
      let test: Markup =
        state.canTestWebhooks
        ? Parts.form(
          "/dashboard/settings/webhook", context, class: "inline",
          "<button type=\"submit\" name=\"name\" value=\"\(webhook.name)\" aria-label=\"Test \(webhook.name)\">Test</button>"
        )
        : ""
      return """
        <tr><td class="what">\(webhook.name)</td><td class="mono" data-label="To">\(webhook.place)</td>\
        <td data-label="Told of">\(webhook.events.joined(separator: ", "))</td>\
        <td data-label="Signed">\(webhook.isSigned ? "signed" : "not signed")</td><td class="act">\(test)</td></tr>
        """ as Markup
    }
    return """
      <table class="cards"><thead><tr><th>Name</th><th>To</th><th>Told of</th><th>Signature</th>\
      <th><span class="sr">Test</span></th></tr></thead><tbody>\(rows)</tbody></table>
      """
  }

  private func keyList(_ keys: [AgentKey]) -> Markup {
    guard !keys.isEmpty else { return "<p class=\"dim\">No agent has a key.</p>" }
    let rows = keys.prefix(20).map { key in
      """
      <li class="split"><span>\(Parts.agent(key.agent.description))</span>\(AgentWords.key(key))</li>
      """ as Markup
    }
    let rest = keys.count - rows.count
    return "<ul class=\"plain\">\(Array(rows))</ul>\(rest > 0 ? "<p class=\"dim\">and \(rest) more</p>" as Markup : "")"
  }

  private func configText(_ text: String?) -> Markup {
    guard let text else { return noConfig }
    return """
      <p class="dim">As it stands, secrets masked. What is changed here keeps comments and order.</p>\
      <pre class="config" tabindex="0">\(lines: text)</pre>
      """
  }
}
