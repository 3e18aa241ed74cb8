import Audit
import Foundation
import Guard
import Testing

@testable import Dashboard

@Suite("The site")
struct SiteTests {
  @Test("without a session every page leads to the login and nothing else answers")
  func loggedOut() async {
    let visitor = Visitor()
    for path in ["/dashboard", "/dashboard/events", "/dashboard/rules", "/dashboard/agents", "/dashboard/settings"] {
      let answer = await visitor.get(path)
      #expect(answer.status == 303)
      #expect(answer.header("Location")?.hasPrefix("/dashboard/login") == true)
    }
    #expect(await visitor.get("/dashboard/api/events").status == 401)
    #expect(await visitor.post("/dashboard/settings/mode", [("mode", "observe")]).status == 401)
    #expect(visitor.ledger.changes.isEmpty)
  }

  @Test("the code logs in, the cookie is out of reach of scripts and other sites")
  func login() async {
    let visitor = Visitor()
    let page = await visitor.get("/dashboard/login")
    #expect(page.status == 200)
    #expect(page.text.contains("name=\"code\""))
    let answer = await visitor.post(
      "/dashboard/login", [("csrf", page.hidden("csrf") ?? ""), ("code", visitor.access.digits)])
    #expect(answer.status == 303)
    #expect(answer.header("Location") == "/dashboard")
    let cookie = answer.header("Set-Cookie") ?? ""
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/dashboard"))
    #expect(!cookie.contains("Secure"))
    #expect(SessionCookie.setting("x", isSecure: true).hasSuffix("; Secure"))
    #expect(await visitor.get("/dashboard").status == 200)
  }

  @Test("a wrong code, a missing token and a used link do not log in")
  func refusedLogin() async throws {
    let visitor = Visitor()
    let token = visitor.access.loginToken
    #expect(await visitor.post("/dashboard/login", [("csrf", token), ("code", "00000000x")]).status == 403)
    #expect(await visitor.post("/dashboard/login", [("code", visitor.access.digits)]).status == 403)
    let link = try #require(visitor.site.loginPath)
    #expect(await visitor.get(link, method: "HEAD").status == 200)
    #expect(await visitor.get(link).status == 303)
    #expect(await visitor.get("/dashboard").status == 200)
    let other = Visitor(visitor.ledger)
    #expect(await other.get(link).status == 403)
    #expect(await other.get("/dashboard").status == 303)
  }

  @Test("five wrong codes from elsewhere lock that address out, and say for how long")
  func lockOut() async {
    let visitor = Visitor()
    visitor.peer = "192.0.2.4"
    visitor.isLoopback = false
    for _ in 0..<5 {
      #expect(
        await visitor.post("/dashboard/login", [("csrf", visitor.access.loginToken), ("code", "1")]).status == 403)
    }
    let answer = await visitor.logIn()
    #expect(answer.status == 429)
    #expect(answer.header("Retry-After") == "300")
    visitor.now += 300_000_000
    #expect(await visitor.logIn().status == 303)
  }

  @Test("an expired session is asked to log in, and its forms change nothing")
  func expired() async {
    let visitor = Visitor()
    await visitor.logIn()
    let token = await visitor.token()
    visitor.now += Sessions.lifetime
    #expect(await visitor.get("/dashboard").status == 303)
    #expect(await visitor.post("/dashboard/settings/mode", [("csrf", token), ("mode", "enforce")]).status == 401)
    #expect(visitor.ledger.changes.isEmpty)
  }

  @Test("after the login one is where one wanted to be")
  func next() async throws {
    let visitor = Visitor()
    let answer = await visitor.get("/dashboard/events?tab=blocked&q=a%20b&evil=1")
    let login = try #require(answer.header("Location"))
    let page = await visitor.get(login)
    let next = try #require(page.hidden("next"))
    let done = await visitor.post(
      "/dashboard/login",
      [
        ("csrf", visitor.access.loginToken), ("code", visitor.access.digits),
        ("next", next.replacingOccurrences(of: "&amp;", with: "&")),
      ])
    #expect(done.header("Location") == "/dashboard/events?tab=blocked&q=a%20b")
  }

  @Test("logging out ends the session")
  func logout() async {
    let visitor = Visitor()
    await visitor.logIn()
    let cookie = visitor.cookie
    let answer = await visitor.post("/dashboard/logout", [("csrf", await visitor.token())])
    #expect(answer.status == 303)
    #expect(answer.header("Set-Cookie")?.contains("Max-Age=0") == true)
    visitor.cookie = cookie
    #expect(await visitor.get("/dashboard").status == 303)
  }

  @Test("a form without the session's token changes nothing")
  func token() async {
    let visitor = Visitor()
    await visitor.logIn()
    for token in ["", "0", visitor.access.loginToken] {
      #expect(await visitor.post("/dashboard/settings/mode", [("csrf", token), ("mode", "enforce")]).status == 403)
    }
    #expect(visitor.ledger.changes.isEmpty)
    let answer = await visitor.post(
      "/dashboard/settings/mode", [("csrf", await visitor.token()), ("mode", "enforce")])
    #expect(answer.status == 303)
    #expect(visitor.ledger.changes == [.mode(.enforce)])
  }

  @Test(
    "a form of another site is refused, whatever it carries",
    arguments: [
      [("Origin", "http://evil.example")], [("Origin", "null")], [("Origin", "http://127.0.0.1:9999")],
      [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site"), ("Origin", "http://127.0.0.1:8080")],
    ])
  func crossOrigin(_ headers: [(String, String)]) async {
    let visitor = Visitor()
    await visitor.logIn()
    let token = await visitor.token()
    let answer = await visitor.post(
      "/dashboard/settings/mode", [("csrf", token), ("mode", "enforce")], headers: headers)
    #expect(answer.status == 403)
    #expect(visitor.ledger.changes.isEmpty)
  }

  @Test("every page forbids what is not its own")
  func headers() async {
    let visitor = Visitor()
    var answers = [await visitor.get("/dashboard/login"), await visitor.get("/elsewhere")]
    await visitor.logIn()
    answers += [await visitor.get("/dashboard"), await visitor.get("/dashboard/nothing")]
    for answer in answers {
      let policy = answer.header("Content-Security-Policy") ?? ""
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      #expect(answer.header("Cache-Control") == "no-store")
    }
    #expect(answers.map(\.status) == [200, 404, 200, 404])
  }

  @Test("assets are named by their content, kept for good, and found again by their tag")
  func assets() async {
    let visitor = Visitor()
    let answer = await visitor.get(Assets.stylePath)
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == "text/css; charset=utf-8")
    #expect(answer.header("Cache-Control")?.contains("immutable") == true)
    let tag = answer.header("ETag") ?? ""
    #expect(await visitor.get(Assets.stylePath, headers: [("If-None-Match", tag)]).status == 304)
    #expect(await visitor.get(Assets.scriptPath).status == 200)
    #expect(await visitor.get("/dashboard/assets/other.css").status == 404)
    #expect(await visitor.get("/dashboard", method: "DELETE").status == 405)
  }

  @Test("pages answer without a database and with an empty one, and say how to begin")
  func empty() async throws {
    let folder = try TemporaryFolder()
    for database in [folder.path + "/none.db", folder.path + "/empty.db"] {
      if database.hasSuffix("empty.db") { try Records.write([], to: database) }
      let ledger = Ledger()
      ledger.database = database
      let visitor = Visitor(ledger)
      await visitor.logIn()
      let overview = await visitor.get("/dashboard")
      #expect(overview.status == 200)
      #expect(overview.text.contains("oktsec wrap --all"))
      for path in ["events", "events?tab=quarantine", "events?q=x", "rules", "rules/try", "agents", "settings"] {
        #expect(await visitor.get("/dashboard/\(path)").status == 200, "\(path)")
      }
      #expect(await visitor.get("/dashboard/events/0123456789abcdefghjk").status == 404)
    }
  }

  @Test("no page shows markup of ours as text")
  func noVisibleMarkup() async throws {
    let folder = try TemporaryFolder()
    let ledger = Ledger()
    let agent = try #require(AgentName("files"))
    ledger.state.configPath = "/x/oktsec.yaml"
    ledger.state.policy.agents = [agent: AgentPolicy()]
    ledger.state.policy.overrides = [RuleOverride(rule: "IAP-002")]
    ledger.state.policy.overrides[0].action = .ignore
    ledger.state.webhooks = [.init(name: "chat", place: "https://x", events: ["message_blocked"], isSigned: true)]
    ledger.state.canTestWebhooks = true
    let key = AgentKey(agent: agent, fingerprint: nil, hasPrivateKey: true, state: .active, defects: [])
    for isFull in [false, true] {
      ledger.database = folder.path + (isFull ? "/full.db" : "/none.db")
      ledger.keys = isFull ? [key] : []
      var entry = Records.entry(status: .blocked, verdict: .block, action: .stopped)
      entry.findings = ["CRED_001", "CRED_002", "CRED_003"].map {
        FindingRecord(
          rule: $0, name: "n", severity: .critical, category: "credential-leak", pointer: "/a", start: 0, end: 1,
          excerpt: "x")
      }
      if isFull { try Records.write([entry] + (0..<60).map { _ in Records.entry() }, to: ledger.database) }
      let visitor = Visitor(ledger)
      visitor.now = Timestamp.now
      await visitor.logIn()
      for path in [
        "", "/events", "/events?tab=quarantine", "/events?tab=blocked", "/events?q=x", "/events/\(entry.id)", "/rules",
        "/rules?category=credential-leak", "/rules?q=iap", "/rules?q=nonsense", "/rules/IAP-002", "/rules/try",
        "/agents",
        "/agents/files", "/settings", "/nothing",
      ] {
        let text = await visitor.get("/dashboard\(path)").text
        #expect(!text.contains("&lt;") && !text.contains("Markup("), "\(path)")
      }
    }
  }

  @Test("a database that cannot be read is a page that says so")
  func unreadable() async throws {
    let ledger = Ledger()
    ledger.database = "/dev/null/x.db"
    let visitor = Visitor(ledger)
    await visitor.logIn()
    let answer = await visitor.get("/dashboard/events")
    #expect(answer.status == 500)
    #expect(answer.text.contains("This cannot be shown"))
  }

  @Test("what a change says stands on the next page, once")
  func notice() async {
    let visitor = Visitor()
    await visitor.logIn()
    let token = await visitor.token()
    _ = await visitor.post("/dashboard/settings/mode", [("csrf", token), ("mode", "enforce")])
    #expect(await visitor.get("/dashboard").text.contains("Done."))
    #expect(!(await visitor.get("/dashboard").text.contains("Done.")))
    visitor.ledger.refusal = SystemProblem("the config is broken", hint: "mend it")
    _ = await visitor.post("/dashboard/settings/mode", [("csrf", token), ("mode", "observe")])
    let page = await visitor.get("/dashboard").text
    #expect(page.contains("the config is broken") && page.contains("mend it"))
  }

  @Test(
    "a form leads back to where it was, and never to another site",
    arguments: [
      ("/dashboard/rules", "/dashboard/rules"), ("//evil.example", "/dashboard/settings"),
      ("https://evil.example/dashboard", "/dashboard/settings"), ("/dashboard//evil.example", "/dashboard/settings"),
      ("/dashboard/../x", "/dashboard/settings"), ("/dashboard\\evil", "/dashboard/settings"),
      ("/dashboardevil", "/dashboard/settings"), ("/dashboard\r\nX: y", "/dashboard/settings"),
    ])
  func back(_ back: String, _ place: String) async {
    let visitor = Visitor()
    await visitor.logIn()
    let answer = await visitor.post(
      "/dashboard/settings/mode", [("csrf", await visitor.token()), ("mode", "enforce"), ("back", back)])
    #expect(answer.header("Location") == place)
  }

  @Test("a body that is too long is refused")
  func tooLong() async {
    let visitor = Visitor()
    await visitor.logIn()
    let long = String(repeating: "a", count: PageRequest.maximumBody)
    #expect(await visitor.post("/dashboard/rules/try", [("text", long)]).status == 413)
  }

  @Test("each form makes its change")
  func forms() async throws {
    let visitor = Visitor()
    await visitor.logIn()
    let token = await visitor.token()
    let id = EventID(microseconds: 1)
    let agent = try #require(AgentName("files"))
    let other = try #require(AgentName("mail"))
    let posts: [(String, [(String, String)], SystemChange?)] = [
      ("/dashboard/rules/IAP-002/treatment", [("action", "ignore")], .rule(id: "IAP-002", .ignore)),
      ("/dashboard/rules/IAP-002/treatment", [("action", "")], .rule(id: "IAP-002", nil)),
      ("/dashboard/rules/IAP-002/treatment", [("action", "explode")], nil),
      (
        "/dashboard/quarantine/\(id)", [("decision", "approve"), ("reason", " fine ")],
        .review(item: id, .approve, reason: "fine")
      ),
      ("/dashboard/quarantine/\(id)", [("decision", "maybe")], nil),
      ("/dashboard/quarantine/nonsense", [("decision", "approve")], nil),
      (
        "/dashboard/events/\(id)/exception", [("rule", "X"), ("for", "always"), ("reason", "")],
        .exception(event: id, rule: "X", until: nil, reason: "")
      ),
      (
        "/dashboard/events/\(id)/exception", [("rule", ""), ("for", "1h")],
        .exception(event: id, rule: nil, until: visitor.now + 3_600_000_000, reason: "")
      ),
      ("/dashboard/agents/add", [("name", "files")], .addAgent(agent)),
      ("/dashboard/agents/add", [("name", "../files")], nil),
      ("/dashboard/agents/files/key", [("action", "rotate")], .rotateKey(agent)),
      ("/dashboard/agents/files/key", [("action", "revoke")], .revokeKey(agent)),
      (
        "/dashboard/agents/files/edit",
        [
          ("description", "d"), ("tools", "list"), ("tool_list", "a\r\n b \r\n\r\na"), ("recipients", "list"),
          ("recipient_list", "mail"), ("blocked", "pii"), ("rate", "60"),
        ],
        .agent(
          agent,
          AgentEdit(
            description: "d", canMessage: .only([other]), allowedTools: ["a", "b"], blockedContent: ["pii"],
            ratePerMinute: 60))
      ),
      ("/dashboard/agents/files/edit", [("tools", "list"), ("tool_list", "a<U+200B>b")], nil),
      ("/dashboard/agents/files/edit", [("blocked", "nonsense")], nil),
      (
        "/dashboard/settings/quarantine", [("enabled", "1"), ("expiry", "12"), ("retention", "0")],
        .quarantine(isEnabled: true, expiryHours: 12, retentionDays: 0)
      ),
      ("/dashboard/settings/quarantine", [("expiry", "0"), ("retention", "0")], nil),
    ]
    var expected: [SystemChange] = []
    for (path, fields, change) in posts {
      _ = await visitor.post(path, [("csrf", token)] + fields)
      if let change { expected.append(change) }
      #expect(visitor.ledger.changes == expected, "\(path) \(fields)")
    }
  }
}
