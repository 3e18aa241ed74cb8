import JSONRPC
import Testing

@testable import MCPServer

@Suite("Stateless requests")
struct ModernTests {
  @Test("discover names versions and capabilities, with all that the revision wants in a result")
  func discover() throws {
    let answer = TestClient(.sample()).modern("server/discover")
    let result = try #require(answer.result)
    #expect(result["supportedVersions"]?[0]?.string == "2026-07-28")
    #expect(result["resultType"]?.string == "complete")
    #expect(result["cacheScope"]?.string == "private")
    #expect(result["ttlMs"]?.integer == 300_000)
    #expect(result["_meta"]?[MetaKey.serverInfo]?["name"]?.string == "sample")
    #expect(result["instructions"]?.string == "None.")
  }

  @Test("no handshake is needed, and none is remembered")
  func stateless() {
    let client = TestClient(.sample())
    #expect(client.modern("tools/list").result?["tools"]?[0]?["name"]?.string == "echo")
    #expect(client.request("tools/list").errorCode == -32602)
  }

  @Test("another version is refused with those that are supported", arguments: ["2025-11-25", "1900-01-01", ""])
  func unsupportedVersion(_ version: String) {
    let answer = TestClient(.sample()).request("tools/list", [TestClient.meta(version: version)])
    #expect(answer.errorCode == -32022)
    #expect(answer["error"]?["data"]?["requested"]?.string == version)
    #expect(answer["error"]?["data"]?["supported"]?.elements?.count == 5)
  }

  @Test("a very long version is not sent back whole")
  func longVersion() {
    let answer = TestClient(.sample()).request(
      "tools/list", [TestClient.meta(version: String(repeating: "x", count: 100_000))])
    #expect((answer["error"]?["data"]?["requested"]?.string ?? "").utf8.count <= 32)
  }

  @Test(
    "what is missing in _meta is said",
    arguments: [
      #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#,
      #"{"io.modelcontextprotocol/clientCapabilities":{}}"#,
      #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}"#,
      #"{"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}}"#,
    ])
  func incompleteMeta(_ meta: String) {
    let client = TestClient(.sample())
    client.initialize()
    let answers = client.send(#"{"jsonrpc":"2.0","id":9,"method":"tools/list","params":{"_meta":\#(meta)}}"#)
    #expect(answers.map(\.errorCode) == [-32602])
  }

  @Test(
    "removed methods are not found",
    arguments: [
      "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/get", "nonsense",
    ])
  func removed(_ method: String) {
    let answer = TestClient(.sample()).modern(method, [("level", .string("info")), ("uri", .string("test://1"))])
    #expect(answer.errorCode == -32601)
    if method == "initialize" { #expect(answer["error"]?["data"]?["supported"]?.elements?.count == 5) }
  }

  @Test("results that may be kept say so, others do not")
  func caching() {
    let client = TestClient(.sample())
    for (method, params) in [
      ("tools/list", []), ("prompts/list", []), ("resources/list", []), ("resources/templates/list", []),
      ("resources/read", [("uri", JSONValue.string("test://1"))]),
    ] as [(String, [(name: String, value: JSONValue)])] {
      #expect(client.modern(method, params).result?["ttlMs"] != nil, "\(method)")
    }
    let call = client.modern(
      "tools/call", [("name", .string("echo")), ("arguments", .object([("text", .string("x"))]))])
    #expect(call.result?["ttlMs"] == nil && call.result?["resultType"]?.string == "complete")
  }

  @Test("both generations share one pipe")
  func mixed() {
    let client = TestClient(.sample())
    client.modern("server/discover")
    client.initialize(.november2024)
    for _ in 0..<3 {
      #expect(client.request("tools/list").result?["tools"]?[0]?["annotations"] == nil)
      #expect(client.modern("tools/list").result?["tools"]?[0]?["annotations"] != nil)
    }
  }

  @Test("log messages are sent only to who asks for them")
  func perRequestLogLevel() {
    let tool = SampleTool("noisy") { _, context throws(ArgumentProblem) in
      context.log(.warning, .string("one"))
      return .complete(ToolResult([.text("done")]))
    }
    let client = TestClient(.sample([tool]))
    let name: (name: String, value: JSONValue) = ("name", .string("noisy"))
    #expect(client.requestAll("tools/call", [name, TestClient.meta()]).count == 1)
    let asked = TestClient.meta(also: [(MetaKey.logLevel, .string("info"))])
    #expect(client.requestAll("tools/call", [name, asked]).first?["method"]?.string == "notifications/message")
  }

  @Test("progress is sent before the result, with the client's token", arguments: [JSONValue.string("t"), .integer(7)])
  func progress(_ token: JSONValue) {
    let tool = SampleTool("slow") { _, context throws(ArgumentProblem) in
      context.reportProgress(1, of: 2, message: "half")
      return .complete(ToolResult([.text("done")]))
    }
    let client = TestClient(.sample([tool]))
    let meta = TestClient.meta(also: [("progressToken", token)])
    let messages = client.requestAll("tools/call", [("name", .string("slow")), meta])
    #expect(messages.first?["params"]?["progressToken"] == token)
    #expect(messages.count == 2 && messages.last?.result != nil)
    #expect(client.modern("tools/call", [("name", .string("slow"))]).result != nil)
  }
}
