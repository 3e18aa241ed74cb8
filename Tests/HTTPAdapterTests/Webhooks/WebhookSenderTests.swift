import Audit
import Guard
import JSONRPC
import Testing
import Threads

@testable import HTTPAdapter

@Suite struct WebhookSenderTests {
  let folder: DatabaseFolder
  let store: AuditStore

  init() throws {
    folder = try DatabaseFolder()
    var options = StoreOptions()
    options.events = ["message_blocked"]
    options.notifiedRules = ["IAP-007"]
    options.flushMilliseconds = 1
    store = try AuditStore.open(path: folder.database, options: options)
  }

  private func target(
    _ server: LoopbackServer, _ name: String = "hook", rules: Set<String> = [], secret: String? = nil,
    template: WebhookTarget.Template = .generic
  ) throws -> WebhookTarget {
    WebhookTarget(
      name: name, url: try #require(TargetURL(server.url())), events: rules.isEmpty ? ["message_blocked"] : [],
      rules: rules, secret: secret, template: template, allowsPrivate: true)
  }

  private func sender(_ targets: [WebhookTarget], pauses: [Int] = [0, 0, 0, 0]) -> WebhookSender {
    var sender = WebhookSender(path: folder.database, targets: { targets })
    sender.pollMilliseconds = 10
    sender.schedule.seconds = pauses
    sender.client.totalMilliseconds = 5000
    return sender
  }

  private func running(_ sender: WebhookSender, _ body: () async throws -> Void) async throws {
    let task = Task { await sender.run() }
    do {
      try await body()
    } catch {
      task.cancel()
      throw error
    }
    task.cancel()
    await task.value
  }

  @discardableResult
  private func block(_ text: String = "bad", rule: String = "IAP-001") -> AuditEntry {
    var blocked = record(text, status: .blocked)
    blocked.findings = [finding(rule)]
    #expect(store.commit(blocked, withinMilliseconds: 10_000) == .committed)
    return blocked
  }

  private func state() throws -> OutboxState { try AuditReader(path: folder.database).outboxState() }

  @Test("a blocked message is told, signed, with a heartbeat")
  func told() async throws {
    let server = try LoopbackServer(.status(200))
    let blocked = block()
    #expect(try !state().isSending())
    try await running(sender([try target(server, secret: "key")])) {
      #expect(await soon { try state().waiting == 0 })
    }
    let request = try #require(server.received.first)
    #expect(server.received.count == 1)
    let body = try request.body.withUnsafeBytes { try JSONValue(parsing: $0) }
    #expect(body["event"]?.string == "message_blocked" && body["message_id"]?.string == blocked.id.description)
    let timestamp = try #require(request.headers["x-oktsec-timestamp"])
    let expected = HMAC.sha256(key: Array("key".utf8), Array("\(timestamp).".utf8) + request.body).hex
    #expect(request.headers["x-oktsec-signature"] == "sha256=\(expected)")
    #expect(request.headers["x-oktsec-delivery"] == "\(blocked.id).message_blocked")
    #expect(request.headers["content-type"] == "application/json")
    #expect(try state().isSending())
  }

  @Test("a failing webhook is tried again, and a redirect is a failure; another one hears once")
  func retried() async throws {
    let bad = try LoopbackServer(.status(500), .hangUp, .status(302, headers: ["Location: /"]), .status(200))
    let good = try LoopbackServer(.status(200))
    block()
    try await running(sender([try target(bad, "bad"), try target(good, "good")])) {
      #expect(await soon { try state().waiting == 0 })
    }
    #expect(bad.received.count == 4)
    #expect(Set(bad.received.map { $0.headers["x-oktsec-delivery"] }).count == 1)
    #expect(good.received.count == 1)
    #expect(try AuditReader(path: folder.database).deadLetters().isEmpty)
  }

  @Test("a webhook that hangs holds up no other")
  func hanging() async throws {
    let silent = try LoopbackServer(.silence)
    let good = try LoopbackServer(.status(200))
    for number in 0..<3 { block("\(number)") }
    try await running(sender([try target(silent, "silent"), try target(good, "good")])) {
      #expect(await soon { good.received.count == 3 })
      #expect(await soon { silent.received.count == 1 })
    }
  }

  @Test("what fails too often, and what is gone, becomes a dead letter")
  func deadLetters() async throws {
    let bad = try LoopbackServer(.status(500))
    let gone = try LoopbackServer(.status(410))
    let broken = try LoopbackServer(.status(200))
    block()
    let targets = [
      try target(bad, "bad"), try target(gone, "gone"), try target(broken, "broken", template: .custom("{{event}}")),
    ]
    try await running(sender(targets, pauses: [0, 0])) {
      #expect(await soon { try state().waiting == 0 })
    }
    #expect(bad.received.count == 3)
    #expect(gone.received.count == 1)
    #expect(broken.received.isEmpty)
    let letters = try AuditReader(path: folder.database).deadLetters()
    #expect(
      Dictionary(uniqueKeysWithValues: letters.map { ($0.target, $0.problem) }) == [
        "bad": "it answered with status 500", "gone": "it answered with status 410",
        "broken": "its template gives no JSON",
      ])
    #expect(letters.first { $0.target == "bad" }?.attempts == 3)
  }

  @Test("two senders on one database tell everything once")
  func twoSenders() async throws {
    let server = try LoopbackServer(.status(200))
    let ids = (0..<20).map { block("\($0)").id.description }
    let (first, second) = (sender([try target(server)]), sender([try target(server)]))
    try await running(first) {
      try await running(second) {
        #expect(await soon { try state().waiting == 0 })
      }
    }
    let told = server.received.compactMap { $0.headers["x-oktsec-delivery"]?.prefix(20) }.map { String($0) }
    #expect(told.sorted() == ids.sorted())
  }

  @Test("what was under way at the end is given back at once, and not as tried")
  func ended() async throws {
    let silent = try LoopbackServer(.silence)
    for number in 0..<3 { block("\(number)") }
    let interests = [try target(silent).interest]
    try await running(sender([try target(silent)])) {
      #expect(await soon { silent.received.count == 1 })
    }
    let queue = try OutboxQueue(path: folder.database)
    #expect(try queue.claim(for: interests, owner: "other", lease: .max).map(\.attempts) == [0, 0, 0])
  }

  @Test("a backlog is told without waiting for the next look")
  func backlog() async throws {
    let server = try LoopbackServer(.status(200))
    for number in 0..<30 { block("\(number)") }
    var sender = sender([try target(server)])
    sender.pollMilliseconds = 3_600_000
    try await running(sender) {
      #expect(await soon { try state().waiting == 0 })
    }
    #expect(server.received.count == 30)
  }

  @Test("a rule's webhook hears of its rule alone")
  func notified() async throws {
    let pager = try LoopbackServer(.status(200))
    let chat = try LoopbackServer(.status(200))
    block(rule: "IAP-001")
    let wanted = block(rule: "IAP-007")
    try await running(sender([try target(pager, "pager", rules: ["IAP-007"]), try target(chat, "chat")])) {
      #expect(await soon { try state().waiting == 0 })
    }
    #expect(pager.received.map { $0.headers["x-oktsec-delivery"] } == ["\(wanted.id).message_blocked"])
    #expect(chat.received.count == 2)
  }

  @Test("a webhook without allow_private is not sent to this machine")
  func privateRefused() async throws {
    let server = try LoopbackServer(.status(200))
    var target = try target(server)
    target.allowsPrivate = false
    block()
    try await running(sender([target], pauses: [])) {
      #expect(await soon { try state().deadLetters == 1 })
    }
    #expect(server.connectionCount == 0)
    #expect(await sender([target]).test(target) == "its address is not public (allow_private)")
  }

  @Test("a test notice is sent at once, and says whether it was taken")
  func test() async throws {
    let server = try LoopbackServer(.status(200), .status(403))
    let target = try target(server)
    #expect(await sender([target]).test(target) == nil)
    #expect(await sender([target]).test(target) == "it answered with status 403")
    #expect(server.received.first?.headers["x-oktsec-event"] == "test")
  }
}
