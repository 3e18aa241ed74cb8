import Audit
import Foundation
import Guard
import Testing

@testable import Dashboard

@Suite("Text of others in a page")
struct EscapingTests {
  /// Ways out of text, of an attribute, of a script, of a comment; and characters that hide or reorder.
  static let corpus = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "`onfocus=alert(1) autofocus`",
    "</textarea><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "--><iframe src=javascript:alert(1)>",
    "&lt;script&gt;&#60;img&#62;",
    "javascript:alert(1)",
    "<a href=\"data:text/html,<script>alert(1)</script>\">",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\u{202E}gnp.exe\u{202C}\u{200B}\u{200B}\u{FEFF}",
    "a\u{0}b\u{1B}[31mred\r\nSet-Cookie: x=1",
    "\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065}",
    "\u{FF1C}script\u{FF1E}alert(1)\u{FF1C}/script\u{FF1E}",
    "]]><![CDATA[<script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}algo",
  ]

  @Test("no character with a meaning in HTML passes", arguments: corpus)
  func meaning(_ text: String) {
    let escaped = VisibleText.escaped(text)
    #expect(!escaped.contains { "<>\"'`".contains($0) })
    // Every ampersand begins one of our own references.
    for piece in escaped.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      #expect(["amp;", "lt;", "gt;", "quot;", "#39;", "#96;"].contains { piece.hasPrefix($0) })
    }
  }

  @Test("what cannot be seen is written out")
  func invisible() {
    #expect(VisibleText.escaped("\u{202E}x") == "&lt;U+202E&gt;x")
    #expect(VisibleText.escaped("\u{200B}\u{200B}\u{200B}") == "&lt;U+200B x3&gt;")
    #expect(VisibleText.escaped("a\u{0}b\nc") == "a&lt;U+0000&gt;b\\nc")
    #expect(VisibleText.escaped("\u{E0068}\u{E0069}\u{E003C}") == "&lt;tags:hi&lt;&gt;")
    #expect(VisibleText.escaped("a\nb\tc\rd", keepsLines: true) == "a\nb\tc\\rd")
    #expect(VisibleText.escaped("é 日本 👍️") == "é 日本 👍️")
    #expect(VisibleText.escaped("a\u{301}\u{301}\u{301}\u{301}").contains("U+0301"))
  }

  @Test("a literal is markup, and what stands in it is text")
  func interpolation() {
    let name = "<b>"
    let markup: Markup = "<td title=\"\(name)\">\(name)</td>"
    #expect(markup.text == "<td title=\"&lt;b&gt;\">&lt;b&gt;</td>")
    #expect(("\(markup)" as Markup) == markup)
  }

  @Test("every field that a peer chooses is text on every page", arguments: corpus)
  func pages(_ text: String) async throws {
    let folder = try TemporaryFolder()
    let ledger = Ledger()
    ledger.database = folder.path + "/oktsec.db"
    var entry = Records.entry(
      from: text, to: text, status: .blocked, verdict: .block, action: .stopped, tool: text, session: text)
    entry.method = text
    entry.reason = text
    entry.fingerprint = text
    entry.findings = [
      FindingRecord(
        rule: text, name: text, severity: .critical, category: text, pointer: text, start: 0, end: 1, excerpt: text)
    ]
    let clean = Records.entry(from: text, to: "files", tool: text, session: text)
    try Records.write([clean, entry], to: ledger.database)
    let store = try AuditStore.open(path: ledger.database)
    var held = entry
    held.id = EventID(microseconds: Timestamp.now)
    held.status = .quarantined
    held.decision = .contentQuarantined
    let digest = Array(text.utf8).withUnsafeBytes { SHA256.digest($0) }
    let outcome = store.hold(
      QuarantineItem(
        kind: .request, key: ApprovalKey(digest: digest), payload: Array(text.utf8),
        expires: Timestamp.now + 3_600_000_000), with: held, withinMilliseconds: 5000)
    guard case .held(let item) = outcome else { throw Unexpected() }
    _ = store.close()
    ledger.text = text
    ledger.state.configPath = text
    ledger.state.databasePath = text
    ledger.state.warnings = [text]
    ledger.state.webhooks = [.init(name: text, place: text, events: [text], isSigned: false)]
    ledger.health = [HealthFinding(isFailure: true, text: text, remedy: text)]
    guard let agent = AgentName("files") else { throw Unexpected() }
    ledger.state.policy.agents = [agent: AgentPolicy()]
    ledger.state.policy.agents[agent]?.allowedTools = ToolNames([text])
    ledger.state.notes = [agent: .init(description: text, tags: [text])]
    ledger.keys = [
      AgentKey(agent: agent, fingerprint: nil, hasPrivateKey: true, state: .unusable, defects: [text])
    ]
    let visitor = Visitor(ledger)
    visitor.now = Timestamp.now
    await visitor.logIn()
    let query = PercentCoding.encode(text)
    let targets = [
      "/dashboard", "/dashboard/events", "/dashboard/events?q=\(query)&agent=\(query)&session=\(query)",
      "/dashboard/events?tab=quarantine", "/dashboard/events/\(entry.id)", "/dashboard/events/\(item)",
      "/dashboard/rules?q=\(query)", "/dashboard/rules/\(query)", "/dashboard/agents", "/dashboard/agents/files",
      "/dashboard/agents/\(query)", "/dashboard/settings", "/dashboard/\(query)", "/dashboard/login?next=\(query)",
    ]
    for target in targets {
      let answer = await visitor.get(target)
      Self.expectText(answer.text, of: text, on: target)
    }
    let tried = await visitor.post(
      "/dashboard/rules/try", [("csrf", await visitor.token()), ("text", text), ("role", text)])
    Self.expectText(tried.text, of: text, on: "try")
  }

  struct Unexpected: Error {}

  /// Whether all markup of a page is ours: the tags and the attributes that we write, and nothing else.
  static func expectText(_ page: String, of text: String, on target: String) {
    if text.contains("<") || text.contains("\"") || text.contains("\u{202E}") {
      #expect(!page.contains(text), "\(target) holds the text as it is")
    }
    let tags: Set<String> = [
      "!doctype", "html", "head", "meta", "title", "link", "script", "body", "a", "header", "img", "nav", "span", "div",
      "form", "input", "button", "p", "main", "h1", "h2", "h3", "footer", "kbd", "section", "ul", "li", "ol", "svg",
      "g",
      "rect", "line", "text", "table", "thead", "tbody", "tr", "th", "td", "time", "strong", "code", "label", "select",
      "option", "textarea", "aside", "dl", "dt", "dd", "details", "summary", "pre", "fieldset", "legend",
    ]
    for piece in page.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
      let name = piece.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }.lowercased()
      #expect(tags.contains(name), "\(target) has the tag \(name)")
      guard let end = piece.firstIndex(of: ">") else { continue }
      let attributes = piece[..<end].split(separator: "\"", omittingEmptySubsequences: false)
      // Outside of quotation marks there are names only, and none that runs a script.
      for (index, part) in attributes.enumerated() where index % 2 == 0 {
        #expect(!part.lowercased().contains(" on") && !part.contains("style"), "\(target): \(part)")
      }
    }
    #expect(page.components(separatedBy: "<script").count <= 2, "\(target) has more than our script")
    #expect(!page.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x200B || $0.value == 0 })
  }
}
