import Guard
import JSONRPC
import Testing

@testable import MCPServer

@Suite("list_agents, get_policy, verify_agent")
struct AgentToolTests {
  @Test("agents are listed by name, with what they may do")
  func list() throws {
    let system = try SampleSystem()
    system.requiresSignature = true
    try system.allow("zoe", nil, blocking: ["pii"], tools: ["read_file"])
    try system.allow("ann", ["zoe", "bob"])
    try system.allow("mute", [])
    let client = try system.client()
    client.initialize()
    let answer = try #require(client.call("list_agents").structured)
    #expect(answer["total"]?.integer == 3 && answer["require_signature"]?.bool == true)
    #expect(answer["agents"]?.elements?.compactMap { $0["name"]?.string } == ["ann", "mute", "zoe"])
    #expect(answer["agents"]?[0]?["can_message"] == .strings(["bob", "zoe"]))
    #expect(answer["agents"]?[0]?["allowed_tools"] == .strings(["*"]))
    #expect(answer["agents"]?[1]?["can_message"] == .array([]))
    #expect(answer["agents"]?[2]?["can_message"] == .strings(["*"]))
    #expect(answer["agents"]?[2]?["allowed_tools"] == .strings(["read_file"]))
    #expect(answer["agents"]?[2]?["blocked_content"] == .strings(["pii"]))
  }

  @Test("the policy of an agent is told; an unknown one is an error that names those there are")
  func policy() throws {
    let system = try SampleSystem()
    let client = try system.client()
    client.initialize()
    #expect(client.call("get_policy", .object([("agent", .string("ann"))])).isToolError)
    try system.allow("ann", ["bob"], blocking: ["credentials"])
    let other = try system.client()
    other.initialize()
    let answer = try #require(other.call("get_policy", .object([("agent", .string("ann"))])).structured)
    #expect(
      answer.text
        == #"{"agent":"ann","can_message":["bob"],"blocked_content":["credentials"],"require_signature":false}"#)
    let unknown = other.call("get_policy", .object([("agent", .string("Ann"))]))
    #expect(unknown.isToolError && unknown.firstText.contains("ann"))
    #expect(other.call("get_policy", .object([("agent", .string("-x"))])).isToolError)
    #expect(other.call("get_policy").isToolError)
  }

  // MARK: Signatures

  private struct Signed {
    var agent = "ann"
    var from = "ann"
    var to = "bob"
    var content = "hello\nthere"
    var timestamp = "2026-03-01T09:05:07Z"
    var signature: String?

    func arguments(_ key: SigningKey) throws -> JSONValue {
      let payload = try SignedPayload(from: from, to: to, content: content, timestamp: timestamp)
      let signature = try signature ?? #require(key.signature(over: payload)).base64
      return .object([
        ("agent", .string(agent)), ("from", .string(from)), ("to", .string(to)), ("content", .string(content)),
        ("timestamp", .string(timestamp)), ("signature", .string(signature)),
      ])
    }
  }

  private static func verify(_ system: SampleSystem, _ arguments: JSONValue) throws -> JSONValue {
    let client = try system.client()
    client.initialize()
    return client.call("verify_agent", arguments)
  }

  @Test("a signature that holds verifies, as often as it is asked")
  func verified() throws {
    let system = try SampleSystem()
    let key = try #require(SigningKey.generate())
    system.keys[try system.name("ann")] = key.verifyingKey
    let arguments = try Signed().arguments(key)
    for _ in 0..<2 {
      let answer = try #require(try Self.verify(system, arguments).structured)
      #expect(answer["verified"]?.bool == true && answer["reason"]?.string == "verified")
      #expect(answer["fingerprint"]?.string == key.verifyingKey.fingerprint.hex)
    }
  }

  @Test("what does not hold says why")
  func rejected() throws {
    let system = try SampleSystem()
    let key = try #require(SigningKey.generate())
    let other = try #require(SigningKey.generate())
    system.keys[try system.name("ann")] = key.verifyingKey
    var cases: [(Signed, SigningKey, String)] = [
      (Signed(), other, "bad_signature"), (Signed(signature: "AAAA"), key, "bad_signature"),
      (Signed(agent: "eve"), key, "not_the_sender"), (Signed(agent: "eve", from: "eve"), key, "unknown_agent"),
      (Signed(timestamp: "2026-03-01T08:05:07Z"), key, "too_old"),
      (Signed(timestamp: "2026-03-01T10:05:07Z"), key, "too_new"),
    ]
    for (signed, signer, reason) in cases {
      let answer = try #require(try Self.verify(system, signed.arguments(signer)).structured)
      #expect(answer["verified"]?.bool == false && answer["reason"]?.string == reason, "\(reason)")
    }
    system.revoked = [key.verifyingKey.fingerprint]
    cases = [(Signed(), key, "revoked_key")]
    let answer = try #require(try Self.verify(system, Signed().arguments(key)).structured)
    #expect(answer["verified"]?.bool == false && answer["reason"]?.string == "revoked_key")
  }

  @Test("a timestamp that is none, and keys that cannot be read, are errors")
  func unusable() throws {
    let system = try SampleSystem()
    let key = try #require(SigningKey.generate())
    var arguments = try Signed().arguments(key).members
    arguments[4].value = .string("yesterday")
    let answer = try Self.verify(system, .object(arguments))
    #expect(answer.isToolError && answer.firstText.contains("RFC 3339"))
    system.keyProblem = KeyringUnavailable("/keys: not a folder")
    let unreadable = try Self.verify(system, try Signed().arguments(key))
    #expect(unreadable.isToolError && unreadable.firstText.contains("/keys: not a folder"))
  }
}
