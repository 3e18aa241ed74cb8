import Audit
import Foundation
import Guard
import Testing

@testable import Dashboard

@Suite("Events")
struct EventsTests {
  @Test(
    "a filter survives its way through the URL",
    arguments: [
      "", "q=a%20b&status=blocked&agent=x&since=24h&unverified=1", "tab=quarantine&state=pending",
      "tab=blocked&session=s%2F1",
    ])
  func roundTrip(_ query: String) {
    let filter = EventFilter(FormFields(parsing: Array(query.utf8)))
    let again = EventFilter(FormFields(parsing: Array(filter.queryString().dropFirst().utf8)))
    #expect(again == filter)
    #expect(filter.queryString() == (query.isEmpty ? "" : "?" + query))
  }

  @Test("nonsense in the URL asks for nothing")
  func nonsense() {
    let query = "tab=x&status=y&since=z&before=q&state=1&unverified=yes&q=" + String(repeating: "a", count: 300)
    #expect(EventFilter(FormFields(parsing: Array(query.utf8))) == EventFilter())
  }

  private func visitor(_ entries: [AuditEntry], _ folder: TemporaryFolder) async throws -> Visitor {
    let ledger = Ledger()
    ledger.database = folder.path + "/oktsec.db"
    try Records.write(entries, to: ledger.database)
    let visitor = Visitor(ledger)
    visitor.now = Timestamp.now
    await visitor.logIn()
    return visitor
  }

  private func ids(_ page: String) -> [String] {
    page.components(separatedBy: "<a class=\"row\" href=\"/dashboard/events/").dropFirst().map { String($0.prefix(20)) }
  }

  @Test("pages are walked by cursor, each event once")
  func paging() async throws {
    let folder = try TemporaryFolder()
    let entries = (0..<120).map { Records.entry(tool: "t\($0)") }
    let visitor = try await visitor(entries, folder)
    var target: String? = "/dashboard/events"
    var seen: [String] = []
    var pages = 0
    while let current = target, pages < 10 {
      let page = await visitor.get(current).text
      seen += ids(page)
      pages += 1
      target = page.components(separatedBy: "rel=\"next\" href=\"").dropFirst().first.map {
        String($0.prefix { $0 != "\"" }).replacingOccurrences(of: "&amp;", with: "&")
      }
    }
    #expect(pages == 3)
    #expect(seen.count == 120)
    #expect(Set(seen) == Set(entries.map(\.id.description)))
  }

  @Test("tabs and filters show what they say")
  func filters() async throws {
    let folder = try TemporaryFolder()
    let blocked = Records.entry(to: "web", status: .blocked, verdict: .block, action: .stopped, tool: "fetch")
    let plain = Records.entry(to: "files", tool: "read_file")
    let old = Records.entry(to: "files", tool: "old_tool", at: Timestamp.now - 3 * 86_400_000_000)
    let visitor = try await visitor([old, plain, blocked], folder)
    func shown(_ query: String) async -> Set<String> { Set(ids(await visitor.get("/dashboard/events\(query)").text)) }
    #expect(await shown("") == [blocked.id.description, plain.id.description, old.id.description])
    #expect(await shown("?tab=blocked") == [blocked.id.description])
    #expect(await shown("?status=delivered") == [plain.id.description, old.id.description])
    #expect(await shown("?agent=web") == [blocked.id.description])
    #expect(await shown("?q=read_") == [plain.id.description])
    #expect(await shown("?q=read_&status=blocked") == [])
    #expect(await shown("?since=24h") == [blocked.id.description, plain.id.description])
    #expect(await shown("?session=s1") == [blocked.id.description, plain.id.description, old.id.description])
    #expect(await shown("?session=s2") == [])
    #expect(await shown("?tab=quarantine") == [])
  }

  @Test("an event shows its findings, what was said and done, and the form for an exception")
  func detail() async throws {
    let folder = try TemporaryFolder()
    var entry = Records.entry(to: "web", status: .blocked, verdict: .block, action: .stopped, tool: "fetch")
    entry.findings = [
      FindingRecord(
        rule: "PROMPT_INJECTION_001", name: "Override", severity: .critical, category: "prompt-injection",
        pointer: "/params/arguments/text", start: 3, end: 9, excerpt: "Igno… (40 bytes)")
    ]
    let visitor = try await visitor([Records.entry(), entry], folder)
    let page = await visitor.get("/dashboard/events/\(entry.id)").text
    #expect(page.contains("/params/arguments/text") && page.contains("bytes 3–9") && page.contains("Igno… (40 bytes)"))
    #expect(page.contains(">block</span>") && page.contains(">stopped</span>"))
    #expect(page.contains("/dashboard/events/\(entry.id)/exception"))
    // Only quarantined items show a text.
    #expect(!page.contains("Withheld text"))
    #expect(await visitor.get("/dashboard/events/\(entry.id.description.dropLast(4))").status == 200)
  }

  @Test("a quarantined item shows its text and asks for a decision")
  func quarantined() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/oktsec.db"
    let store = try AuditStore.open(path: path)
    var entry = Records.entry(status: .quarantined, verdict: .quarantine, action: .stopped)
    entry.decision = .contentQuarantined
    let outcome = store.hold(
      QuarantineItem(
        kind: .request, key: ApprovalKey(digest: entry.contentHash), payload: Array("the withheld text".utf8),
        expires: Timestamp.now + 3_600_000_000), with: entry, withinMilliseconds: 5000)
    _ = store.close()
    guard case .held(let item) = outcome else {
      Issue.record("not held: \(outcome)")
      return
    }
    let visitor = try await visitor([], folder)
    let page = await visitor.get("/dashboard/events/\(item)?tab=quarantine").text
    #expect(page.contains("the withheld text"))
    #expect(page.contains("action=\"/dashboard/quarantine/\(item)\""))
    #expect(page.contains("value=\"approve\"") && page.contains("value=\"reject\""))
    #expect(await visitor.get("/dashboard").text.contains("waits for your decision"))
  }

  @Test("new records reach a live view, and only those that its filter wants")
  func live() async throws {
    let folder = try TemporaryFolder()
    let visitor = try await visitor([Records.entry()], folder)
    let answer = await visitor.get("/dashboard/api/events?tab=blocked&after=0")
    #expect(answer.header("Content-Type")?.hasPrefix("text/event-stream") == true)
    let stream = try #require(answer.stream)
    let blocked = Records.entry(status: .blocked, verdict: .block, action: .stopped, tool: "<img src=x>")
    try Records.write([Records.entry(tool: "passed"), blocked], to: visitor.ledger.database)
    var text = ""
    for await chunk in stream {
      text += String(decoding: chunk, as: UTF8.self)
      if text.contains(blocked.id.description) { break }
    }
    #expect(text.contains("event: record\n") && text.contains("id: "))
    #expect(!text.contains("passed") && !text.contains("<img"))
  }

  @Test("a live view goes on behind the last event that it saw")
  func lastEvent() async throws {
    let folder = try TemporaryFolder()
    let entries = (0..<5).map { Records.entry(tool: "t\($0)") }
    let visitor = try await visitor(entries, folder)
    let stream = try #require(await visitor.get("/dashboard/api/events", headers: [("Last-Event-ID", "3")]).stream)
    var text = ""
    for await chunk in stream {
      text += String(decoding: chunk, as: UTF8.self)
      if text.contains("event: pending") { break }
    }
    #expect(!text.contains(entries[2].id.description))
    #expect(text.contains(entries[3].id.description) && text.contains(entries[4].id.description))
  }

  @Test("a burst is shortened, and the next look goes on behind it")
  func burst() throws {
    let folder = try TemporaryFolder()
    let ledger = Ledger()
    ledger.database = folder.path + "/oktsec.db"
    try Records.write((0..<1500).map { _ in Records.entry() }, to: ledger.database)
    let batch = LiveBatch(after: 0, filter: EventFilter(), system: FakeSystem(ledger), now: Timestamp.now)
    let text = String(decoding: batch.chunk, as: UTF8.self)
    #expect(batch.cursor == 1500)
    #expect(text.components(separatedBy: "event: record").count - 1 == LiveFeed.maximumRows)
    #expect(text.contains("event: skipped"))
    #expect(batch.chunk.count < 100_000)
  }

  @Test("a live view of a search shows only what the search would")
  func liveSearch() throws {
    let folder = try TemporaryFolder()
    let ledger = Ledger()
    ledger.database = folder.path + "/oktsec.db"
    let (wanted, other) = (Records.entry(tool: "read_file"), Records.entry(tool: "write_file"))
    try Records.write([wanted, other], to: ledger.database)
    let filter = EventFilter().with { $0.text = "read" }
    let batch = LiveBatch(after: 0, filter: filter, system: FakeSystem(ledger), now: Timestamp.now)
    let text = String(decoding: batch.chunk, as: UTF8.self)
    #expect(text.contains(wanted.id.description) && !text.contains(other.id.description))
    // The next look begins behind what was left out, too.
    #expect(batch.cursor == 2)
  }

  @Test("live views are bounded, and end when the site stops")
  func boundedLive() async throws {
    let visitor = Visitor()
    await visitor.logIn()
    var streams: [AsyncStream<[UInt8]>] = []
    for _ in 0..<LiveFeed.maximumClients {
      streams.append(try #require(await visitor.get("/dashboard/api/events").stream))
    }
    #expect(await visitor.get("/dashboard/api/events").status == 503)
    visitor.site.stop()
    for stream in streams { for await _ in stream {} }
    #expect(await visitor.get("/dashboard/api/events").status == 503)
  }
}
