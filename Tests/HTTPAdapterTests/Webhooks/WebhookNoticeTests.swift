import Audit
import Guard
import JSONRPC
import Testing

@testable import HTTPAdapter

@Suite struct WebhookNoticeTests {
  private func notice(_ findings: [FindingRecord] = [finding("A", .high), finding("B"), finding("C")]) -> WebhookNotice
  {
    var blocked = record(from: "ma\"il", status: .blocked, at: 1_767_323_045_000_006)
    blocked.findings = findings
    return WebhookNotice(event: "message_blocked", record: blocked)
  }

  private func parsed(_ template: WebhookTarget.Template, _ notice: WebhookNotice) throws -> JSONValue? {
    try notice.body(template).map { bytes in try bytes.withUnsafeBytes { try JSONValue(parsing: $0) } }
  }

  @Test("the generic body has the contract's members, of the gravest finding, and no excerpt")
  func generic() throws {
    let body = try #require(try parsed(.generic, notice()))
    guard case .object(let members) = body else {
      Issue.record("no object")
      return
    }
    #expect(
      members.map(\.name) == [
        "event", "message_id", "from", "to", "severity", "rule_id", "rule_name", "category", "timestamp",
        "policy_decision",
      ])
    #expect(body["event"]?.string == "message_blocked")
    #expect(body["from"]?.string == "ma\"il")
    #expect(body["severity"]?.string == "critical" && body["rule_id"]?.string == "B")
    #expect(body["timestamp"]?.string == "2026-01-02T03:04:05.000006Z")
    #expect(!body.text.contains("excerpt"))
  }

  @Test("without a finding the rule's members are null")
  func noFinding() throws {
    let body = try #require(try parsed(.generic, notice([])))
    #expect(
      body["severity"] == .null && body["rule_id"] == .null && body["policy_decision"]?.string == "content_blocked")
  }

  @Test("a decision is about the record of the message")
  func review() throws {
    var review = record()
    review.action = .reviewed
    review.quarantineItem = EventID(microseconds: 1_000_000)
    let notice = WebhookNotice(event: "quarantine_approved", record: review)
    #expect(notice.messageID == review.quarantineItem?.description)
    #expect(notice.quarantineID == notice.messageID)
  }

  @Test("a name that would be a link or a mention in Slack is text")
  func slack() throws {
    var blocked = record(from: "<!channel> & *x*\n", status: .blocked)
    blocked.findings = [finding()]
    let text = try #require(
      try parsed(.slack, WebhookNotice(event: "message_blocked", record: blocked))?["text"]?.string)
    #expect(text.contains("&lt;!channel&gt; &amp; x "))
    #expect(!text.contains("<") && !text.contains("\n") && !text.contains("*"))
    #expect(text.contains("IAP-001"))
  }

  @Test("a custom template is filled in, and cannot be broken by a name")
  func custom() throws {
    let body = try #require(
      try parsed(.custom("{\"title\": \"{{rule_id}} {{ FROM }}\", \"q\": \"{{quarantine_id}}\", \"n\": 1}"), notice()))
    #expect(body["title"]?.string == "B ma\"il" && body["q"]?.string == "" && body["n"]?.integer == 1)
    for text in ["{{event}}", "{\"a\": \"{{nonsense}}\"}", "{\"a\": \"{{event\"}", "{\"a\": {{from}}}"] {
      #expect(notice().body(.custom(text)) == nil)
    }
  }

  @Test("HMAC-SHA-256 gives the values of RFC 4231")
  func hmac() {
    func hex(_ key: [UInt8], _ text: String) -> String { HMAC.sha256(key: key, Array(text.utf8)).hex }
    #expect(
      hex([UInt8](repeating: 0x0B, count: 20), "Hi There")
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      hex(Array("Jefe".utf8), "what do ya want for nothing?")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hex([UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First")
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("pauses grow, stay near the table, and end")
  func schedule() {
    let schedule = RetrySchedule()
    for (attempts, seconds) in schedule.seconds.enumerated() {
      for _ in 0..<100 {
        let delay = Double(schedule.delay(afterAttempts: attempts) ?? 0) / 1_000_000
        #expect((Double(seconds) * 0.8...Double(seconds) * 1.2).contains(delay))
      }
    }
    #expect(schedule.delay(afterAttempts: schedule.seconds.count) == nil)
    #expect((80_000_000...120_000_000).contains(schedule.delay(afterAttempts: 0, retryAfter: 100) ?? 0))
    #expect((schedule.delay(afterAttempts: 0, retryAfter: .max) ?? .max) <= 4_320_000_000)
    #expect(schedule.endlessDelay(afterAttempts: .max) <= 4_320_000_000)
  }
}
