import JSONRPC
import Testing

@testable import MCPServer

@Suite("Legacy connections")
struct LegacyTests {
  static let handshake = ProtocolVersion.handshake

  @Test("initialize agrees on the version that is offered", arguments: handshake)
  func echoesVersion(_ version: ProtocolVersion) {
    let client = TestClient(.sample())
    let answer = client.initialize(version)
    #expect(answer.result?["protocolVersion"]?.string == version.rawValue)
    #expect(answer.result?["serverInfo"]?["name"]?.string == "sample")
    #expect(client.request("ping").result == .emptyObject)
  }

  @Test(
    "another version is answered by the newest with a handshake",
    arguments: ["2026-07-28", "2099-01-01", "", "2025-11-25 ", "1"])
  func namesNewest(_ offered: String) {
    let client = TestClient(.sample())
    let answer = client.request("initialize", [("protocolVersion", .string(offered)), ("capabilities", .emptyObject)])
    #expect(answer.result?["protocolVersion"]?.string == "2025-11-25")
  }

  @Test("before initialize only ping is answered; the rest says what to do")
  func beforeInitialize() {
    let client = TestClient(.sample())
    #expect(client.request("ping").result == .emptyObject)
    let answer = client.request("tools/list")
    #expect(answer.errorCode == -32602)
    #expect(answer["error"]?["data"]?["supported"]?.elements?.count == 5)
  }

  @Test("a second initialize is refused and changes nothing")
  func secondInitialize() {
    let client = TestClient(.sample())
    client.initialize(.march2025)
    let again = client.request("initialize", [("protocolVersion", .string("2025-11-25"))])
    #expect(again.errorCode == -32600)
    #expect(client.request("tools/list").result?["tools"]?[0]?["title"] == nil)
  }

  @Test(
    "an initialize without a version or with odd capabilities is refused, and another may follow",
    arguments: [#"{}"#, #"{"protocolVersion":5}"#, #"{"protocolVersion":"2025-11-25","capabilities":[]}"#])
  func badInitialize(_ params: String) throws {
    let client = TestClient(.sample())
    let answers = client.send(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":\#(params)}"#)
    #expect(answers.map(\.errorCode) == [-32602])
    #expect(client.initialize().result != nil)
  }

  @Test("a revision gets only what it knows", arguments: handshake)
  func outputByVersion(_ version: ProtocolVersion) throws {
    let client = TestClient(.sample())
    client.initialize(version)
    let tool = try #require(client.request("tools/list").result?["tools"]?[0])
    #expect((tool["title"] != nil) == (version >= .june2025))
    #expect((tool["outputSchema"] != nil) == (version >= .june2025))
    #expect((tool["annotations"] != nil) == (version >= .march2025))
    let answer = client.call("echo", .object([("text", .string("hi"))]))
    #expect((answer.structured != nil) == (version >= .june2025))
    #expect(answer.firstText == #"{"text":"hi"}"#)
    #expect(answer.result?["resultType"] == nil && answer.result?["_meta"] == nil)
  }

  @Test(
    "methods that the revision does not have are not found",
    arguments: ["server/discover", "subscriptions/listen", "tasks/list", "Tools/list", "", "initialize2"])
  func unknownMethods(_ method: String) {
    let client = TestClient(.sample())
    client.initialize()
    #expect(client.request(method).errorCode == -32601)
  }

  @Test("what a server does not offer is not found either")
  func notOffered() {
    let client = TestClient(ServerCatalog(implementation: Implementation(name: "bare", version: "1")))
    let answer = client.initialize()
    #expect(answer.result?["capabilities"] == .emptyObject)
    for method in [
      "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/templates/list",
      "resources/read", "resources/subscribe", "completion/complete", "logging/setLevel",
    ] {
      #expect(client.request(method).errorCode == -32601, "\(method)")
    }
  }

  @Test("notifications are never answered, whatever they are")
  func notifications() {
    let client = TestClient(.sample())
    client.initialize()
    for method in ["notifications/initialized", "notifications/progress", "ping", "tools/list", "nonsense"] {
      #expect(client.send(#"{"jsonrpc":"2.0","method":"\#(method)","params":{}}"#).isEmpty)
    }
    #expect(client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[1]}}"#).isEmpty)
  }

  @Test(
    "ids come back with their type and every digit",
    arguments: ["1", "\"1\"", "9007199254740993", "-0", "\"\\u0041\\n\""])
  func identifiers(_ literal: String) {
    let client = TestClient(.sample())
    client.initialize()
    let messages = client.session.receive(
      .frame(
        Frame(
          bytes: Array(#"{"jsonrpc":"2.0","id":\#(literal),"method":"ping"}"#.utf8) + [0x0A], terminator: .lineFeed)))
    #expect(
      messages.map { String(decoding: $0.bytes, as: UTF8.self) } == [
        #"{"jsonrpc":"2.0","id":\#(literal),"result":{}}"#
      ])
  }

  @Test("log levels are honoured")
  func logLevel() {
    let tool = SampleTool("noisy") { _, context throws(ArgumentProblem) in
      context.log(.debug, .string("quiet"))
      context.log(.error, .string("loud"), logger: "t")
      return .complete(ToolResult([.text("done")]))
    }
    let client = TestClient(.sample([tool]))
    client.initialize()
    let first = client.requestAll("tools/call", [("name", .string("noisy"))])
    #expect(first.compactMap { $0["params"]?["level"]?.string } == ["error"])
    #expect(client.request("logging/setLevel", [("level", .string("debug"))]).result == .emptyObject)
    #expect(client.requestAll("tools/call", [("name", .string("noisy"))]).count == 3)
    #expect(client.request("logging/setLevel", [("level", .string("loud"))]).errorCode == -32602)
  }
}
