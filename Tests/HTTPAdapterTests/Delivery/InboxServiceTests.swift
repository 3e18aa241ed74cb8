import Audit
import Guard
import JSONRPC
import Testing
import Threads

@testable import HTTPAdapter

@Suite struct InboxServiceTests {
  let folder: DatabaseFolder
  let store: AuditStore
  let key: SigningKey
  let service: InboxService
  let revoked: Shared<Set<Fingerprint>>

  /// A value that tests change while a service reads it.
  // @unchecked: `stored` is used with `lock` held.
  final class Shared<Value: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private var stored: Value
    init(_ value: Value) { stored = value }
    var value: Value {
      get { lock.withLock { stored } }
      set { lock.withLock { stored = newValue } }
    }
  }

  init() throws {
    folder = try DatabaseFolder()
    store = try AuditStore.open(path: folder.database)
    let key = try #require(SigningKey.generate())
    self.key = key
    let revoked = Shared<Set<Fingerprint>>([])
    self.revoked = revoked
    let files = try #require(AgentName("files"))
    service = InboxService(path: folder.database, sink: store, session: "http") {
      InboxIdentity(keyring: Keyring(keys: [files: key.verifyingKey], revoked: revoked.value))
    }
  }

  private func request(
    _ method: String = "GET", _ name: String? = nil, agent: String = "files", query: String = "",
    at moment: Int64 = Timestamp.now, signing: SigningKey? = nil, headers: [(String, String)] = []
  ) -> EndpointRequest {
    let path = "/v1/inbox/\(agent)" + (name.map { "/\($0)" } ?? "")
    let timestamp = Timestamp.text(moment)
    let signature = Array("\(method)\n\(path)\n\(timestamp)".utf8).withUnsafeBytes {
      (signing ?? key).signature(over: $0)
    }
    var request = EndpointRequest(
      method: method, path: path, query: query,
      headers: HeaderList(
        [("X-Oktsec-Timestamp", timestamp), ("x-oktsec-signature", signature?.base64 ?? "")]
          + headers.map { (name: $0.0, value: $0.1) }),
      peer: Peer(address: "127.0.0.1"))
    request.parameters = [agent] + (name.map { [$0] } ?? [])
    return request
  }

  @discardableResult
  private func send(_ content: String, id: String, to: String = "files", verified: Bool = true) -> AuditEntry {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("from", "mail")
      writer.member("to", to)
      writer.member("content", content)
      writer.member("timestamp", "2026-01-01T00:00:00Z")
      writer.name("metadata")
      writer.raw("{\"thread\":7}")
    }
    var entry = record(content, to: to)
    entry.signature = verified ? .verified : .absent
    let message = MessageSubmission(messageID: id, payload: writer.bytes, heldUntil: .max)
    #expect(store.commit(message, with: entry, withinMilliseconds: 10_000) == .recorded(entry))
    return entry
  }

  private func json(_ reply: EndpointReply) throws -> JSONValue {
    guard case .bytes(let bytes) = reply.body else { throw ServerFailure() }
    return try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
  }

  @Test("a recipient gets its messages, metadata apart as unsigned, and takes them away by acknowledging")
  func fetched() async throws {
    let entry = send("hello \"there\"\n", id: "m-1")
    send("not yours", id: "m-2", to: "other")
    let reply = await service.answer(request())
    #expect(reply.status == 200)
    #expect(reply.headers["Cache-Control"] == "no-store")
    let body = try json(reply)
    let messages = try #require(body["messages"]?.elements)
    #expect(messages.count == 1)
    let message = try #require(messages.first)
    #expect(message["message_id"]?.string == "m-1" && message["id"]?.string == entry.id.description)
    #expect(message["content"]?.string == "hello \"there\"\n" && message["from"]?.string == "mail")
    #expect(message["verified_sender"] == .bool(true) && message["timestamp"]?.string == "2026-01-01T00:00:00Z")
    #expect(message["metadata"] == nil)
    #expect(message["unsigned"]?["metadata"]?["thread"]?.integer == 7)
    #expect(body["more"] == .bool(false))
    #expect(await service.answer(request("DELETE", "m-1")).status == 204)
    #expect(await service.answer(request("DELETE", "m-1")).status == 404)
    #expect(try json(await service.answer(request()))["messages"]?.elements?.isEmpty == true)
  }

  @Test("who does not sign, or not with the right key, in time and once, gets nothing, and it is recorded")
  func refused() async throws {
    send("private", id: "m-1")
    var unsigned = request()
    unsigned.headers = HeaderList()
    let challenge = await service.answer(unsigned)
    #expect(challenge.status == 401 && challenge.headers.contains("WWW-Authenticate"))
    var malformed = request()
    malformed.headers = HeaderList([("X-Oktsec-Timestamp", "yesterday"), ("X-Oktsec-Signature", "x")])
    #expect(await service.answer(malformed).status == 400)

    func decision(_ request: EndpointRequest) async throws -> String? {
      let reply = await service.answer(request)
      #expect(reply.status == 403)
      return try json(reply)["policy_decision"]?.string
    }
    let foreign = try #require(SigningKey.generate())
    #expect(try await decision(request(signing: foreign)) == "identity_rejected")
    #expect(try await decision(request(agent: "other")) == "identity_rejected")
    #expect(try await decision(request(at: Timestamp.now - 301_000_000)) == "replayed")
    #expect(try await decision(request(at: Timestamp.now + 32_000_000)) == "replayed")
    // A signature for one path is none for another, nor for another method.
    var moved = request("DELETE", "m-1")
    moved.path = "/v1/inbox/files/m-2"
    #expect(try await decision(moved) == "identity_rejected")
    var other = request()
    other.method = "DELETE"
    other.parameters = ["files", "m-1"]
    #expect(try await decision(other) == "identity_rejected")
    let once = request()
    #expect(await service.answer(once).status == 200)
    #expect(try await decision(once) == "replayed")
    revoked.value = [key.verifyingKey.fingerprint]
    #expect(try await decision(request()) == "identity_rejected")

    #expect(store.close().isComplete)
    var query = AuditQuery()
    query.status = .rejected
    let records = try AuditReader(path: folder.database).records(matching: query).map(\.entry)
    #expect(records.count == 8)
    #expect(records.map(\.reason).contains("revoked_key"))
    #expect(try Inbox(path: folder.database).usage(of: #require(AgentName("files"))).messages == 1)
  }

  @Test("without a readable list of revocations nobody is let in")
  func noKeyring() async {
    let service = InboxService(path: folder.database, sink: store, session: "http") { InboxIdentity(keyring: nil) }
    #expect(await service.answer(request()).status == 503)
  }

  @Test("a long poll returns with the first message, and with nothing when its time is over")
  func longPoll() async throws {
    #expect(try json(await service.answer(request(query: "wait=1")))["messages"]?.elements?.isEmpty == true)
    let (service, poll) = (service, request(query: "wait=60"))
    async let reply = service.answer(poll)
    try? await Task.sleep(for: .milliseconds(50))
    send("now", id: "m-1")
    #expect(try json(await reply)["messages"]?[0]?["content"]?.string == "now")
    for query in ["wait=61", "wait=-1", "wait=", "wait=1&x=2", "limit=3", "wait=1000"] {
      #expect(await service.answer(request(query: query)).status == 400)
    }
  }

  @Test("only a few may wait for one agent at once; their places are given back")
  func places() async throws {
    let service = service
    let waiting = (0..<4).map { number in
      let poll = request(query: "wait=60", at: Timestamp.now + Int64(number))
      return Task { await service.answer(poll) }
    }
    #expect(await soon { await service.watch.waitingCount == 4 })
    let reply = await service.answer(request(query: "wait=1"))
    #expect(reply.status == 429 && reply.headers["Retry-After"] != nil)
    // One that does not wait is answered.
    #expect(await service.answer(request()).status == 200)
    send("now", id: "m-1")
    for task in waiting { #expect(await task.value.status == 200) }
    #expect(await service.answer(request(query: "wait=1")).status == 200)
  }

  @Test("events come as they are accepted, each once, and end with the key")
  func events() async throws {
    send("first", id: "m-1")
    let reply = await service.answer(request(headers: [("Accept", "text/event-stream")]))
    #expect(reply.headers["Content-Type"] == "text/event-stream")
    guard case .stream(let stream) = reply.body else {
      Issue.record("no stream")
      return
    }
    var iterator = stream.makeAsyncIterator()
    func next() async -> String? { await iterator.next().map { String(decoding: $0, as: UTF8.self) } }
    #expect(await next()?.hasPrefix(":") == true)
    let first = try #require(await next())
    #expect(first.hasPrefix("event: message\nid: ") && first.hasSuffix("\n\n"))
    #expect(first.contains("\"content\":\"first\""))
    send("second", id: "m-2")
    let second = try #require(await next())
    #expect(second.contains("\"content\":\"second\"") && !second.contains("first"))
    revoked.value = [key.verifyingKey.fingerprint]
    send("third", id: "m-3")
    #expect(await next() == nil)
  }

  @Test("a stream says that it is alive while nothing comes")
  func keepAlive() async throws {
    var service = service
    service.keepAliveSeconds = 0
    let reply = await service.answer(request(headers: [("Accept", "application/json, text/event-stream;q=0.9")]))
    guard case .stream(let stream) = reply.body else {
      Issue.record("no stream")
      return
    }
    var iterator = stream.makeAsyncIterator()
    _ = await iterator.next()
    #expect(await iterator.next().map { String(decoding: $0, as: UTF8.self) } == ": still here\n\n")
  }

  @Test("at the stop waits and streams end, and nobody waits any more")
  func stopping() async throws {
    let (service, poll) = (service, request(query: "wait=60"))
    let waiting = Task { await service.answer(poll) }
    let reply = await service.answer(
      request(at: Timestamp.now + 1_000_000, headers: [("Accept", "text/event-stream")]))
    guard case .stream(let stream) = reply.body else {
      Issue.record("no stream")
      return
    }
    let pieces = Task { await stream.reduce(into: 0) { count, _ in count += 1 } }
    #expect(await soon { await service.watch.waitingCount == 2 })
    service.stop()
    #expect(try json(await waiting.value)["messages"]?.elements?.isEmpty == true)
    #expect(await pieces.value == 1)
    let later = await service.answer(request(query: "wait=60", at: Timestamp.now + 2_000_000))
    #expect(later.status == 200)
  }

  @Test("wrong methods and names are told apart")
  func methods() async {
    var post = request()
    post.method = "POST"
    let reply = await service.answer(post)
    #expect(reply.status == 405 && reply.headers["Allow"] == "GET")
    var nobody = request()
    nobody.parameters = ["../x"]
    #expect(await service.answer(nobody).status == 404)
  }
}
