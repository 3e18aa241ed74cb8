import Threads

/// The dashboard: requests in, pages out. Knows no HTTP library and no socket.
///
/// ```
/// let site = DashboardSite { MachineDashboard(…) }
/// print("dashboard: http://127.0.0.1:8080\(site.loginPath ?? "/dashboard"), code \(site.code)")
/// let reply = await site.answer(PageRequest(…))   // for every path that `handles` takes
/// ```
package final class DashboardSite: Sendable {
  let access: AccessControl
  let thread: SystemThread
  let live: LiveFeed

  /// - Parameter system: makes what the dashboard shows and changes; called on the thread where it is used.
  package convenience init(system: @escaping @Sendable () -> any DashboardSystem) {
    self.init(access: AccessControl(), system: system)
  }

  init(access: AccessControl, system: @escaping @Sendable () -> any DashboardSystem) {
    self.access = access
    thread = SystemThread(system)
    live = LiveFeed(thread: thread)
  }

  /// The eight digits that let a person in.
  package var code: String { access.digits }

  /// Path and query of the link that logs in once; nil when it was followed.
  package var loginPath: String? { access.link.map { "/dashboard/login?link=\($0)" } }

  /// Whether a path is the dashboard's.
  package static func handles(_ path: some StringProtocol) -> Bool {
    path == "/dashboard" || path.hasPrefix("/dashboard/")
  }

  /// Ends the live streams, so that a server that stops need not wait for them.
  package func stop() { live.stop() }

  /// Answers one request. Never throws, never waits longer than a login's delay (5 s) and the database.
  package func answer(_ request: PageRequest) async -> PageReply {
    var reply = await route(request)
    if request.method == "HEAD" { reply.body = .bytes([]) }
    return reply
  }

  // MARK: Routes

  private func route(_ request: PageRequest) async -> PageReply {
    guard Self.handles(request.path) else { return .text("not found", status: 404) }
    switch request.method {
    case "GET", "HEAD", "POST": break
    default: return .text("method not allowed", status: 405, more: [("Allow", "GET, HEAD, POST")])
    }
    guard request.body.count <= PageRequest.maximumBody else { return .text("too large", status: 413) }
    if request.path.hasPrefix(Assets.prefix) { return Assets.reply(request) }
    if request.method == "POST", let refusal = RequestOrigin.refusal(of: request) {
      return .page(ErrorPage.bare(status: 403, title: "Refused", message: refusal), status: 403)
    }
    if request.path == "/dashboard/login" { return await login(request) }

    let words = request.cookies(SessionCookie.name)
    guard let session = access.session(words, now: request.now) else { return loggedOut(request) }
    if request.method == "POST" {
      let fields = FormFields(parsing: request.body)
      guard Token.isEqual(Array((fields["csrf"] ?? "").utf8), Array(session.formToken.utf8)) else {
        return .page(
          ErrorPage.bare(
            status: 403, title: "Refused",
            message: "This form was not made for your session. Go back, reload the page and try again."), status: 403)
      }
      if request.path == "/dashboard/logout" {
        access.end(words)
        return .redirect(to: "/dashboard/login", cookie: SessionCookie.clearing(isSecure: request.isSecure))
      }
      return await change(request, fields, session, words)
    }
    if request.path == "/dashboard/api/events" { return live.open(request, access: access, words: words) }
    return await show(request, session, words)
  }

  private func show(_ request: PageRequest, _ session: Sessions.Session, _ words: [String]) async -> PageReply {
    let notice = access.takeNotice(words)
    let page = await thread.run { system in
      PageContext(request: request, formToken: session.formToken, notice: notice, system: system).page()
    }
    guard let page else { return Self.busy }
    return .page(page.markup, status: page.status)
  }

  /// Makes a change and goes back to where the form was.
  private func change(
    _ request: PageRequest, _ fields: FormFields, _ session: Sessions.Session, _ words: [String]
  ) async -> PageReply {
    if request.path == "/dashboard/rules/try" {
      let page = await thread.run { system in
        PageContext(request: request, formToken: session.formToken, notice: nil, system: system).tryPage(fields)
      }
      return page.map { .page($0.markup, status: $0.status) } ?? Self.busy
    }
    guard let form = ChangeForm(path: request.path) else {
      return .page(ErrorPage.bare(status: 404, title: "Not found", message: "There is no such form."), status: 404)
    }
    let outcome = await thread.run { system -> Result<String, SystemProblem> in
      Result { () throws(SystemProblem) in try system.make(try form.change(fields, now: request.now)) }
    }
    guard let outcome else { return Self.busy }
    switch outcome {
    case .success(let sentence): access.leave(Notice(isFailure: false, text: sentence), for: words)
    case .failure(let problem):
      access.leave(Notice(isFailure: true, text: problem.message, hint: problem.hint), for: words)
    }
    return .redirect(to: LocalPath.checked(fields["back"]) ?? form.place)
  }

  private static let busy = PageReply.text(
    "too many requests at once; try again", status: 503, more: [("Retry-After", "1")])

  // MARK: Login

  private func login(_ request: PageRequest) async -> PageReply {
    let next = LocalPath.checked((request.method == "POST" ? FormFields(parsing: request.body) : request.query)["next"])
    func page(_ status: Int, _ message: String? = nil) -> PageReply {
      .page(LoginPage.page(token: access.loginToken, next: next, message: message), status: status)
    }
    guard request.method == "POST" else {
      if let link = request.query["link"], request.method == "GET" {
        guard let word = access.follow(link: link, now: request.now) else {
          return page(403, "This link was used already, or is from an earlier start. Type the code instead.")
        }
        return .redirect(to: "/dashboard", cookie: SessionCookie.setting(word, isSecure: request.isSecure))
      }
      if access.session(request.cookies(SessionCookie.name), now: request.now) != nil {
        return .redirect(to: next ?? "/dashboard")
      }
      return page(200)
    }
    let fields = FormFields(parsing: request.body)
    guard Token.isEqual(Array((fields["csrf"] ?? "").utf8), Array(access.loginToken.utf8)) else {
      return page(403, "The server was started anew since this page was loaded. Type the new code.")
    }
    switch await access.attempt(
      code: fields["code"] ?? "", peer: request.peer, isLoopback: request.peerIsLoopback, now: request.now)
    {
    case .accepted(let word):
      return .redirect(to: next ?? "/dashboard", cookie: SessionCookie.setting(word, isSecure: request.isSecure))
    case .wrong: return page(403, "That is not the code. It stands in the terminal where oktsec serve was started.")
    case .busy: return page(429, "Too many tries at once. Wait a few seconds.")
    case .refused(let until):
      var reply = page(
        429, "Too many wrong codes from this address. Try again \(Age.words(until: until, now: request.now)).")
      reply.headers.append(("Retry-After", String(max(1, (until - request.now) / 1_000_000))))
      return reply
    }
  }

  private func loggedOut(_ request: PageRequest) -> PageReply {
    guard request.method != "POST", !request.path.hasPrefix("/dashboard/api/") else {
      return .page(
        ErrorPage.bare(
          status: 401, title: "You are logged out",
          message: "Your session has ended, so nothing was changed. Log in and try again."), status: 401)
    }
    let place = LocalPath.made(of: request)
    let next = place == "/dashboard" ? "" : "?next=" + PercentCoding.encode(place)
    return .redirect(to: "/dashboard/login\(next)")
  }
}
