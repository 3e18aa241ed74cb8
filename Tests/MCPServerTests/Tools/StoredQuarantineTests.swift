import Audit
import Guard
import JSONRPC
import Testing

@testable import MCPServer

/// The same tool on a real database, as relays fill it.
@Suite("review_quarantine on the audit database")
struct StoredQuarantineTests {
  private static let form: JSONValue = .object([("elicitation", .object([("form", .emptyObject)]))])

  private static func key(_ params: String) throws -> ApprovalKey {
    let bytes = Array(params.utf8)
    return try #require(
      bytes.withUnsafeBytes {
        ApprovalKey(
          agent: "files", command: ["files"], direction: .clientToServer, method: "tools/call", tool: "read_file",
          params: $0)
      })
  }

  /// Holds a request as a relay does, and returns the item.
  private static func hold(
    _ store: AuditStore, _ key: ApprovalKey, kind: QuarantineItem.Kind = .request, expires: Int64 = .max / 2
  ) throws -> EventID {
    var entry = SampleSystem.entry(
      Int.random(in: 0..<1_000_000), status: .quarantined, findings: [SampleSystem.finding("Ignore all of it")])
    entry.decision = .contentQuarantined
    entry.verdict = .quarantine
    let item = QuarantineItem(kind: kind, key: key, payload: Array(#"{"x":1}"#.utf8), expires: expires)
    guard case .held(let id) = store.hold(item, with: entry, withinMilliseconds: 10_000) else {
      Issue.record("not held")
      throw CancellationError()
    }
    return id
  }

  private static func client(_ system: SampleSystem) throws -> TestClient {
    var catalog = ServerCatalog(implementation: Implementation(name: "t", version: "1"))
    catalog.tools = [
      ReviewQuarantine(system: try system.make(desk: StoredQuarantine(path: system.database))),
      QueryAudit(system: try system.make()),
    ]
    let client = TestClient(catalog)
    client.initialize(capabilities: form)
    return client
  }

  private static func arguments(_ action: String, _ id: EventID? = nil) -> JSONValue {
    .object([("action", .string(action))] + (id.map { [("id", .string($0.description))] } ?? []))
  }

  @Test(
    "what was held is listed, a yes approves it, and it passes once", arguments: [QuarantineItem.Kind.request, .result])
  func approved(_ kind: QuarantineItem.Kind) throws {
    let system = try SampleSystem()
    let store = try AuditStore.open(path: system.database)
    let key = try Self.key(#"{"name":"read_file"}"#)
    let id = try Self.hold(store, key, kind: kind)
    let client = try Self.client(system)
    let listed = client.call("review_quarantine", Self.arguments("list"))
    #expect(listed.structured?["items"]?[0]?["id"]?.string == id.description)
    #expect(listed.structured?["items"]?[0]?["kind"]?.string == kind.rawValue)
    #expect(store.takeApproval(for: key) == nil)
    let question = client.call("review_quarantine", Self.arguments("approve", id))
    #expect(question["method"]?.string == "elicitation/create")
    #expect(store.takeApproval(for: key) == nil)
    let answer = client.reply(to: question, #""result":{"action":"accept","content":{"confirm":true}}"#).first ?? .null
    #expect(answer.structured?["decision"]?["outcome"]?.string == "approved", "\(answer.text)")
    #expect(store.takeApproval(for: key)?.item == id)
    #expect(store.takeApproval(for: key) == nil)
    let detail = client.call("review_quarantine", Self.arguments("detail", id))
    #expect(detail.structured?["item"]?["status"]?.string == "consumed")
    #expect(detail.structured?["item"]?["reviewer"]?.string?.contains("tests") == true)
    // The review is a record of its own.
    let records = client.call("audit_query", .object([("limit", .integer(5))]))
    #expect(
      records.structured?["entries"]?.elements?.contains { $0["policy_decision"]?.string == "quarantine_approved" }
        == true)
    _ = store.close()
  }

  @Test("what was rejected never passes, and cannot be approved any more")
  func rejected() throws {
    let system = try SampleSystem()
    system.agent = try system.name("judge")
    system.reviewers = [try system.name("judge")]
    let store = try AuditStore.open(path: system.database)
    let key = try Self.key("{}")
    let id = try Self.hold(store, key)
    let client = try Self.client(system)
    let answer = client.call("review_quarantine", Self.arguments("reject", id))
    #expect(answer.structured?["decision"]?["outcome"]?.string == "rejected")
    #expect(answer.structured?["decision"]?["by"]?.string == "judge")
    #expect(store.takeApproval(for: key) == nil)
    #expect(client.call("review_quarantine", Self.arguments("approve", id)).firstText.contains("rejected"))
    _ = store.close()
  }

  @Test("an item whose time has run out is not decided")
  func expired() throws {
    let system = try SampleSystem()
    let store = try AuditStore.open(path: system.database)
    let id = try Self.hold(store, try Self.key("{}"), expires: Timestamp.now - 1)
    let client = try Self.client(system)
    #expect(client.call("review_quarantine", Self.arguments("list")).structured?["items"] == .array([]))
    #expect(client.call("review_quarantine", Self.arguments("approve", id)).firstText.contains("expired"))
    _ = store.close()
  }

  @Test("without a database the quarantine is empty")
  func noDatabase() throws {
    let client = try Self.client(try SampleSystem())
    #expect(client.call("review_quarantine", Self.arguments("list")).structured?["items"] == .array([]))
    let id = EventID(milliseconds: 1, random: 1)
    #expect(client.call("review_quarantine", Self.arguments("detail", id)).isToolError)
  }
}
