import Guard

/// The frame around every page.
enum Layout {
  static func page(
    _ context: PageContext, section: Section?, title: String, subtitle: Markup? = nil, actions: Markup? = nil,
    wide: Bool = false, _ content: Markup
  ) -> Markup {
    let pending = context.pendingCount()
    let links = Section.allCases.map { entry in
      let isCurrent = entry == section
      let current: Markup = isCurrent ? " aria-current=\"page\"" : ""
      let count: Markup =
        entry == .events
        ? pending > 0
          ? "<span class=\"count\" data-pending>\(pending)<span class=\"sr\"> wait for a decision</span></span>"
          : "<span class=\"count\" data-pending hidden></span>"
        : ""
      return "<a href=\"\(entry.path)\"\(current)>\(entry.title)\(count)</a>" as Markup
    }
    let observes = context.state.policy.mode == .observe
    let mode: Markup =
      observes
      ? "<a class=\"mode observe\" href=\"/dashboard/settings\" title=\"Nothing is stopped for its content\">observe<span class=\"wide-only\">: nothing is stopped</span></a>"
      : "<a class=\"mode enforce\" href=\"/dashboard/settings\">enforce</a>"
    let name: Markup = wide ? "wide" : ""
    return document(
      title: title,
      """
      <a class="skip" href="#content">To the content</a>
      <header class="top">
      <a class="brand" href="/dashboard"><img src="\(Assets.iconPath)" alt="" width="24" height="24">oktsec</a>
      <nav aria-label="Main">\(links)</nav>
      <div class="top-right">\(mode)\
      <form method="post" action="/dashboard/logout"><input type="hidden" name="csrf" value="\(context.formToken)">\
      <button type="submit" class="quiet">Log out</button></form></div>
      </header>
      <p id="connection" class="connection" role="status" hidden></p>
      <main id="content" class="\(name)" tabindex="-1">
      <div class="page-head"><div><h1>\(title)</h1>\(subtitle.map { "<p class=\"sub\">\($0)</p>" })</div>\
      \(actions.map { "<div class=\"actions\">\($0)</div>" })</div>
      \(context.notice.map { Layout.notice($0) })
      \(content)
      </main>
      <footer>oktsec \(context.state.version) · <kbd>?</kbd> shows the keys</footer>
      """)
  }

  static func notice(_ notice: Notice) -> Markup {
    let tone: Markup = notice.isFailure ? "bad" : "good"
    let role: Markup = notice.isFailure ? "alert" : "status"
    return """
      <div class="notice \(tone)" role="\(role)"><p>\(notice.text)</p>\
      \(notice.hint.map { "<p class=\"dim\">\($0)</p>" })</div>
      """
  }

  /// A document of its own, with the files that every page needs.
  static func document(title: String, class name: String = "", _ body: Markup) -> Markup {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title) · oktsec</title>
    <link rel="icon" href="\(Assets.iconPath)" type="image/svg+xml">
    <link rel="stylesheet" href="\(Assets.stylePath)">
    <script src="\(Assets.scriptPath)" defer></script>
    </head><body class="\(name)">
    \(body)
    </body></html>

    """
  }
}

/// Pages for somebody who is not logged in, or cannot be told apart.
enum ErrorPage {
  static func bare(status: Int, title: String, message: String) -> Markup {
    Layout.document(
      title: title, class: "bare",
      """
      <main id="content" class="card login"><h1>\(title)</h1><p>\(message)</p>
      <p><a class="button" href="/dashboard">To the dashboard</a></p></main>
      """)
  }
}

enum LoginPage {
  static func page(token: String, next: String?, message: String?) -> Markup {
    Layout.document(
      title: "Log in", class: "bare",
      """
      <main id="content" class="card login">
      <img src="\(Assets.iconPath)" alt="" width="40" height="40">
      <h1>oktsec</h1>
      <p class="dim">Type the eight digits that <code>oktsec serve</code> printed when it started.</p>
      \(message.map { "<div class=\"notice bad\" role=\"alert\"><p>\($0)</p></div>" })
      <form method="post" action="/dashboard/login">
      <input type="hidden" name="csrf" value="\(token)">\
      \(next.map { "<input type=\"hidden\" name=\"next\" value=\"\($0)\">" })
      <label for="code">Access code</label>
      <input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="16" \
      required autofocus spellcheck="false">
      <button type="submit" class="primary">Log in</button>
      </form></main>
      """)
  }
}
