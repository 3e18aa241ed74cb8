import Guard
import Testing

@Suite struct ApprovalKeyTests {
  private func key(
    agent: String = "files", command: [String] = ["npx", "server"], direction: Direction = .clientToServer,
    method: String = "tools/call", tool: String = "read_file",
    params: String? = #"{"name":"read_file","arguments":{"path":"/a","n":1}}"#
  ) -> ApprovalKey? {
    guard let params else {
      return ApprovalKey(
        agent: agent, command: command, direction: direction, method: method, tool: tool, params: nil)
    }
    return Array(params.utf8).withUnsafeBytes {
      ApprovalKey(agent: agent, command: command, direction: direction, method: method, tool: tool, params: $0)
    }
  }

  @Test("the same call has the same key, however it is written and whatever token it carries")
  func same() throws {
    let plain = try #require(key())
    for params in [
      #"{ "arguments": { "n": 1.0, "path": "\u002fa" }, "name": "read_file" }"#,
      #"{"name":"read_file","arguments":{"path":"/a","n":1},"_meta":{"progressToken":7}}"#,
      #"{"name":"read_file","arguments":{"path":"/a","n":1},"inputResponses":[1],"requestState":"x"}"#,
    ] { #expect(key(params: params) == plain, "\(params)") }
  }

  @Test("whatever else differs makes another key")
  func different() {
    let keys = [
      key(), key(agent: "mail"), key(command: ["npx", "server", ""]), key(command: ["npxserver"]),
      key(command: ["npx", "serve", "r"]), key(direction: .serverToClient), key(method: "tools/cal"),
      key(method: "tools/callr", tool: "ead_file"), key(tool: "write_file"), key(params: nil), key(params: "{}"),
      key(params: "null"), key(params: #"{"name":"read_file","arguments":{"path":"/b","n":1}}"#),
      key(params: #"{"name":"read_file","arguments":{"path":"/a","n":2}}"#),
      key(params: #"{"name":"read_file","arguments":{"path":"/a","n":1,"_meta":1}}"#),
      key(params: #"{"name":"read_file","arguments":{"path":"/a","n":"1"}}"#),
    ]
    #expect(!keys.contains(nil))
    #expect(Set(keys).count == keys.count)
  }

  @Test(
    "what two readers could read differently has no key",
    arguments: [
      #"{"a":1,"a":2}"#, #"{"a":9007199254740993}"#, #"{"a":"\ud800"}"#, #"{"a":1e999}"#, "{", "",
    ])
  func none(_ params: String) { #expect(key(params: params) == nil) }
}

@Suite struct SealingKeyTests {
  @Test("a text opens with its key and name, and with nothing else", arguments: [0, 1, 31, 1000, 100_000])
  func seals(_ count: Int) throws {
    let key = try #require(SealingKey.generate())
    let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let sealed = try #require(key.seal(text, as: "one"))
    #expect(sealed.count == count + 72)
    #expect(key.open(sealed, as: "one") == text)
    #expect(key.open(sealed, as: "two") == nil)
    #expect(try #require(SealingKey.generate()).open(sealed, as: "one") == nil)
    #expect(try #require(key.seal(text, as: "one")) != sealed)
    for position in [0, 23, 24, 40, sealed.count - 1] {
      var changed = sealed
      changed[position] ^= 1
      #expect(key.open(changed, as: "one") == nil)
    }
    for length in [0, 1, 24, 71] { #expect(key.open(Array(sealed.prefix(length)), as: "one") == nil) }
  }
}
