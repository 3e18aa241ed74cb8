import Guard

/// Small parts that pages share.
enum Parts {
  /// A word in a coloured frame; the word says all that the colour says.
  static func badge(_ word: String, _ tone: Tone) -> Markup {
    "<span class=\"badge \(tone.rawValue)\">\(word)</span>"
  }

  enum Tone: String { case neutral, good, warn, bad, info }

  static func tone(_ severity: Severity) -> Tone {
    switch severity {
    case .critical: .bad
    case .high: .warn
    case .medium: .info
    case .low, .info: .neutral
    }
  }

  static func badge(_ severity: Severity) -> Markup { badge(severity.name, tone(severity)) }

  static func badge(_ verdict: Verdict) -> Markup {
    switch verdict {
    case .clean: badge("clean", .neutral)
    case .flag: badge("flag", .info)
    case .quarantine: badge("quarantine", .warn)
    case .block: badge("block", .bad)
    }
  }

  static func badge(_ status: DeliveryStatus) -> Markup {
    switch status {
    case .delivered: badge("delivered", .neutral)
    case .quarantined: badge("quarantined", .warn)
    case .blocked, .rejected: badge(status.rawValue, .bad)
    case .error: badge("error", .bad)
    }
  }

  static func badge(_ state: QuarantineState) -> Markup {
    switch state {
    case .pending: badge("waits for you", .warn)
    case .approved: badge("approved", .good)
    case .rejected: badge("rejected", .bad)
    case .expired: badge("expired", .neutral)
    case .consumed: badge("approved and used", .good)
    }
  }

  /// What was done with a frame.
  static func badge(_ action: Action) -> Markup {
    switch action {
    case .forwarded: badge("forwarded", .neutral)
    case .filtered: badge("filtered", .warn)
    case .stopped: badge("stopped", .bad)
    case .gap: badge("records lost", .bad)
    case .reviewed: badge("reviewed", .info)
    case .changed: badge("changed", .info)
    }
  }

  /// A form that changes something: it carries the session's token and the way back.
  static func form(
    _ action: String, _ context: PageContext, back: String? = nil, class name: String = "", confirm: String? = nil,
    _ content: Markup
  ) -> Markup {
    let question: Markup = confirm.map { " data-confirm=\"\($0)\"" } ?? ""
    return """
      <form method="post" action="\(action)" class="\(name)"\(question)>\
      <input type="hidden" name="csrf" value="\(context.formToken)">\
      <input type="hidden" name="back" value="\(back ?? context.here)">\(content)</form>
      """
  }

  static func button(_ text: String, class name: String = "") -> Markup {
    "<button type=\"submit\" class=\"\(name)\">\(text)</button>"
  }

  /// What an empty place says: what it would show, and what to do.
  static func empty(_ title: String, _ text: Markup) -> Markup {
    "<div class=\"empty\"><p class=\"empty-title\">\(title)</p><p>\(text)</p></div>"
  }

  static func problem(_ problem: SystemProblem) -> Markup {
    """
    <div class="notice bad" role="alert"><p><strong>This cannot be shown.</strong> \(problem.message)</p>\
    \(problem.hint.map { "<p class=\"dim\">\($0)</p>" })</div>
    """
  }

  static func option(_ value: String, _ title: String, selected: Bool) -> Markup {
    selected
      ? "<option value=\"\(value)\" selected>\(title)</option>" : "<option value=\"\(value)\">\(title)</option>"
  }

  /// A link to the card of a rule.
  static func rule(_ id: String) -> Markup {
    "<a class=\"mono\" href=\"/dashboard/rules/\(PercentCoding.encode(id))\">\(id)</a>"
  }

  /// A link to an agent's page, when the name can be one.
  static func agent(_ name: String) -> Markup {
    guard AgentName(name) != nil, name != Exchange.client, name != "oktsec" else {
      return "<span class=\"name\">\(name.isEmpty ? "–" : name)</span>"
    }
    return "<a class=\"name\" href=\"/dashboard/agents/\(PercentCoding.encode(name))\">\(name)</a>"
  }

  /// A command to type.
  static func command(_ text: String) -> Markup { "<code class=\"command\">\(text)</code>" }
}
