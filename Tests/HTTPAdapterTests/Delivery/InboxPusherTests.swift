import Audit
import Guard
import JSONRPC
import Testing

@testable import HTTPAdapter

@Suite struct InboxPusherTests {
  let folder: DatabaseFolder
  let store: AuditStore

  init() throws {
    folder = try DatabaseFolder()
    store = try AuditStore.open(path: folder.database)
  }

  private func send(_ content: String, id: String) {
    let payload = Array("{\"from\":\"mail\",\"to\":\"files\",\"content\":\"\(content)\"}".utf8)
    let message = MessageSubmission(messageID: id, payload: payload, heldUntil: .max)
    let entry = record(content)
    #expect(store.commit(message, with: entry, withinMilliseconds: 10_000) == .recorded(entry))
  }

  private func pusher(_ url: String) throws -> InboxPusher {
    let recipient = InboxPusher.Recipient(
      agent: try #require(AgentName("files")), url: try #require(TargetURL(url)))
    var pusher = InboxPusher(path: folder.database, recipients: { [recipient] })
    pusher.pollMilliseconds = 10
    pusher.schedule.seconds = [0]
    return pusher
  }

  private func waiting() throws -> Int {
    try AuditReader(path: folder.database).inboxUsage().first { $0.recipient == "files" }?.messages ?? 0
  }

  @Test("messages are sent to the recipient's address until it takes them, and are then gone")
  func pushed() async throws {
    let server = try LoopbackServer(.status(500), .hangUp, .status(200))
    send("one", id: "m-1")
    send("two", id: "m-2")
    let pusher = try pusher(server.url())
    let task = Task { await pusher.run() }
    #expect(await soon { try waiting() == 0 })
    task.cancel()
    await task.value
    let taken = try server.received.dropFirst(2).map { request in
      try request.body.withUnsafeBytes { try JSONValue(parsing: $0) }["message_id"]?.string ?? ""
    }
    #expect(taken.sorted() == ["m-1", "m-2"])
    #expect(server.received.count == 4)
  }

  @Test("what was under way at the end is given back at once, and not as tried")
  func ended() async throws {
    let silent = try LoopbackServer(.silence)
    for number in 0..<3 { send("\(number)", id: "m-\(number)") }
    let pusher = try pusher(silent.url())
    let task = Task { await pusher.run() }
    #expect(await soon { silent.received.count == 1 })
    task.cancel()
    await task.value
    let claimed = try Inbox(path: folder.database).claim(
      for: #require(AgentName("files")), owner: "other", lease: .max, limit: 9)
    #expect(claimed.map(\.attempts) == [0, 0, 0])
  }

  @Test("what waits is sent without waiting for the next look, in its order")
  func backlog() async throws {
    let server = try LoopbackServer(.status(200))
    for number in 0..<10 { send("\(number)", id: "m-\(number)") }
    var pusher = try pusher(server.url())
    pusher.pollMilliseconds = 3_600_000
    let task = Task { [pusher] in await pusher.run() }
    #expect(await soon { try waiting() == 0 })
    task.cancel()
    await task.value
    let ids = try server.received.map { request in
      try request.body.withUnsafeBytes { try JSONValue(parsing: $0) }["message_id"]?.string ?? ""
    }
    #expect(ids == (0..<10).map { "m-\($0)" })
  }

  @Test("an address that does not answer well leaves the message to be fetched")
  func kept() async throws {
    let server = try LoopbackServer(.status(302, headers: ["Location: http://127.0.0.1/"]))
    send("one", id: "m-1")
    let pusher = try pusher(server.url())
    let task = Task { await pusher.run() }
    #expect(await soon { server.received.count >= 3 })
    task.cancel()
    await task.value
    #expect(try Inbox(path: folder.database).messages(for: #require(AgentName("files"))).messages.count == 1)
  }

  @Test("a public name may not lead to this machine")
  func rebinding() async throws {
    let server = try LoopbackServer(.status(200))
    send("one", id: "m-1")
    var pusher = try pusher("http://agent.invalid:\(server.port)/")
    pusher.client.resolver = FixedResolver(names: ["agent.invalid": ["127.0.0.1"]])
    let task = Task { [pusher] in await pusher.run() }
    let reader = Inbox(path: folder.database)
    let files = try #require(AgentName("files"))
    #expect(await soon { try reader.messages(for: files).messages.first?.attempts ?? 0 > 1 })
    task.cancel()
    await task.value
    #expect(server.connectionCount == 0)
  }
}
