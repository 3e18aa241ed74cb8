import JSONRPC
import Testing

@testable import MCPServer

@Suite("Changes and who is told")
struct SubscriptionTests {
  @Test("a legacy client is told about lists, and about the resources that it watches")
  func legacy() {
    let client = TestClient(.sample())
    #expect(client.announce(.tools).isEmpty)
    client.initialize()
    #expect(client.announce(.tools).map { $0["method"]?.string } == ["notifications/tools/list_changed"])
    #expect(client.announce(.resource(uri: "test://1")).isEmpty)
    #expect(client.request("resources/subscribe", [("uri", .string("test://1"))]).result == .emptyObject)
    #expect(client.announce(.resource(uri: "test://1")).first?["params"]?["uri"]?.string == "test://1")
    #expect(client.announce(.resource(uri: "test://2")).isEmpty)
    #expect(client.request("resources/unsubscribe", [("uri", .string("test://1"))]).result == .emptyObject)
    #expect(client.announce(.resource(uri: "test://1")).isEmpty)
  }

  @Test("a stream is acknowledged first, carries its id, and gets only what was asked for")
  func streams() {
    let client = TestClient(.sample())
    let wish = JSONValue.object([
      ("toolsListChanged", .bool(true)), ("promptsListChanged", .bool(false)),
      ("resourceSubscriptions", .array([.string("test://1")])), ("unknown", .bool(true)),
    ])
    let first = client.modern("subscriptions/listen", [("notifications", wish)])
    #expect(first["method"]?.string == "notifications/subscriptions/acknowledged")
    #expect(first["params"]?["_meta"]?[MetaKey.subscriptionID]?.integer == 1)
    #expect(first["params"]?["notifications"]?["toolsListChanged"]?.bool == true)
    #expect(first["params"]?["notifications"]?["unknown"] == nil)
    #expect(client.announce(.prompts).isEmpty)
    let told = client.announce(.tools)
    #expect(told.map { $0["params"]?["_meta"]?[MetaKey.subscriptionID]?.integer } == [1])
    client.modern("subscriptions/listen", [("notifications", .object([("toolsListChanged", .bool(true))]))])
    #expect(client.announce(.tools).count == 2)
    client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    #expect(client.announce(.tools).map { $0["params"]?["_meta"]?[MetaKey.subscriptionID]?.integer } == [2])
    #expect(client.announce(.resource(uri: "test://1")).isEmpty)
  }

  @Test("streams that are open at the end of input are ended")
  func graceful() {
    let client = TestClient(.sample())
    client.modern("subscriptions/listen", [("notifications", .emptyObject)])
    let last = client.finish()
    #expect(last.map { $0["id"]?.integer } == [1])
    #expect(last.first?.result?["_meta"]?[MetaKey.subscriptionID]?.integer == 1)
    #expect(client.finish().isEmpty)
  }

  @Test("a server without changes grants nothing and watches nothing")
  func nothingToTell() {
    var catalog = ServerCatalog.sample()
    catalog.announcesChanges = false
    let client = TestClient(catalog)
    let first = client.modern("subscriptions/listen", [("notifications", .object([("toolsListChanged", .bool(true))]))])
    #expect(first["params"]?["notifications"] == .emptyObject)
    client.initialize()
    #expect(client.request("resources/subscribe", [("uri", .string("test://1"))]).errorCode == -32601)
    #expect(client.announce(.tools).isEmpty)
  }

  @Test("streams and watched resources are bounded")
  func bounded() {
    var limits = SessionLimits()
    limits.subscriptions = 2
    let client = TestClient(.sample(), limits: limits)
    client.initialize()
    for number in 1...2 {
      #expect(client.request("resources/subscribe", [("uri", .string("test://\(number)"))]).result != nil)
      #expect(client.modern("subscriptions/listen", [("notifications", .emptyObject)])["method"] != nil)
    }
    #expect(client.request("resources/subscribe", [("uri", .string("test://3"))]).errorCode == -32600)
    #expect(client.modern("subscriptions/listen", [("notifications", .emptyObject)]).errorCode == -32600)
    let many = JSONValue.object([("resourceSubscriptions", .strings(["a", "b", "c"]))])
    #expect(client.modern("subscriptions/listen", [("notifications", many)]).errorCode != nil)
    let long = JSONValue.string(String(repeating: "x", count: 3000))
    #expect(client.request("resources/subscribe", [("uri", long)]).errorCode == -32602)
    let other = TestClient(.sample())
    let wish = JSONValue.object([("resourceSubscriptions", .array([long]))])
    #expect(other.modern("subscriptions/listen", [("notifications", wish)]).errorCode == -32602)
  }

  @Test("a tool can announce a change, which is told before its result")
  func announcedByTool() {
    let tool = SampleTool("changer") { _, context throws(ArgumentProblem) in
      context.announce(.tools)
      return .complete(ToolResult([.text("done")]))
    }
    let client = TestClient(.sample([tool]))
    client.initialize()
    let messages = client.requestAll("tools/call", [("name", .string("changer"))])
    #expect(messages.first?["method"]?.string == "notifications/tools/list_changed")
    #expect(messages.last?.firstText == "done")
  }
}
