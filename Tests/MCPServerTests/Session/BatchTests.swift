import JSONRPC
import Testing

@testable import MCPServer

@Suite("Arrays of messages")
struct BatchTests {
  private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

  @Test("in 2025-03-26 the answers come as one array, in order")
  func answered() {
    let client = TestClient(.sample())
    client.initialize(.march2025)
    let answers = client.send(
      #"[\#(Self.ping),{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":"b","method":"none"},7]"#)
    #expect(answers.count == 1)
    let inside = answers.first?.elements ?? []
    #expect(inside.count == 3)
    #expect(answers.first?[0]?.result == .emptyObject)
    #expect(answers.first?[1]?.errorCode == -32601)
    #expect(answers.first?[2]?.errorCode == -32600)
  }

  @Test("an array of notifications has no answer, an empty one an error")
  func edges() {
    let client = TestClient(.sample())
    client.initialize(.march2025)
    #expect(client.send(#"[{"jsonrpc":"2.0","method":"notifications/x"}]"#).isEmpty)
    #expect(client.send("[]").map(\.errorCode) == [-32600])
  }

  @Test("elsewhere an array is one error", arguments: ProtocolVersion.handshake.filter { $0 != .march2025 })
  func elsewhere(_ version: ProtocolVersion) {
    let client = TestClient(.sample())
    #expect(client.send("[\(Self.ping)]").map(\.errorCode) == [-32600])
    client.initialize(version)
    #expect(client.send("[\(Self.ping),\(Self.ping)]").map(\.errorCode) == [-32600])
  }

  @Test("initialize cannot stand in an array")
  func initializeInside() {
    let client = TestClient(.sample())
    let inside = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#
    #expect(client.send("[\(inside)]").map(\.errorCode) == [-32600])
    client.initialize(.march2025)
    #expect(client.send("[\(inside)]").first?[0]?.errorCode == -32600)
  }

  @Test("the length of an array is bounded, so that few bytes cannot ask for many")
  func bounded() {
    var limits = SessionLimits()
    limits.batchLength = 3
    let client = TestClient(.sample(), limits: limits)
    client.initialize(.march2025)
    let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
    #expect((client.send("[\(list),\(list),\(list)]").first?.elements ?? []).count == 3)
    #expect(client.send("[\(list),\(list),\(list),\(list)]").map(\.errorCode) == [-32600])
    let ones = String(repeating: "1,", count: 20_000)
    #expect(client.send("[\(ones)1]").map(\.errorCode) == [-32600])
  }
}
