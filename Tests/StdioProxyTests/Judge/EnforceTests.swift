import Guard
import JSONRPC
import Testing

@testable import StdioProxy

private func call(_ text: String, id: String = "7", meta: String = "") -> String {
  #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"send","arguments":{"text":"\#(text)"}\#(meta)}}"#
}

private let modern = #","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#

@Suite("Enforce mode, client to server") struct EnforceClientTests {
  @Test("a harmless call passes byte for byte, with its odd spacing")
  func harmless() throws {
    let wire = try Wire(.enforce)
    let line =
      #" { "id" : 7 , "jsonrpc":"2.0", "method":"tools/call","params":{"name":"send","arguments":{"text":"h\u0069"}} } "#
    #expect(wire.client(line) == Wire.Arrival(forwarded: Array((line + "\n").utf8)))
    #expect(wire.sink.entries.map(\.action) == [.forwarded])
    #expect(wire.sink.entries[0].tool == "send")
  }

  @Test("a poisoned call never arrives; the client gets an error result with the literal of its id")
  func poisonedCall() throws {
    for id in ["7", "-0", #""a\u0062""#, "123456789012345678901234567890"] {
      let wire = try Wire(.enforce)
      let arrival = wire.client(call(Attack.injection, id: id))
      #expect(arrival.forwarded.isEmpty)
      let reply = try #require(JSONValue(line: arrival.replyText))
      #expect(arrival.replyText.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"result":"#))
      #expect(reply["result"]?["isError"] == .bool(true))
      #expect(reply["result"]?["resultType"] == nil)
      #expect(wire.sink.entries.map(\.action) == [.stopped])
      #expect(reply["result"]?["_meta"]?["oktsec"]?["eventId"]?.string == wire.sink.entries[0].id.description)
    }
  }

  @Test("a modern client's answer says that it is complete")
  func modernCall() throws {
    let wire = try Wire(.enforce)
    let reply = try #require(JSONValue(line: wire.client(call(Attack.injection, meta: modern)).replyText))
    #expect(reply["result"]?["resultType"]?.string == "complete")
  }

  @Test("with blocked_reply: error a call is answered by an error")
  func errorForm() throws {
    let wire = try Wire(.enforce) { $0.blockedReply = .error }
    let reply = try #require(JSONValue(line: wire.client(call(Attack.injection)).replyText))
    #expect(reply["error"]?["code"]?.integer == -31403)
  }

  @Test("other requests are answered by an error, notifications by nothing")
  func others() throws {
    let wire = try Wire(.enforce)
    let prompt = wire.client(
      #"{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p","arguments":{"a":"\#(Attack.injection)"}}}"#
    )
    #expect(prompt.forwarded.isEmpty)
    #expect(JSONValue(line: prompt.replyText)?["error"]?["code"]?.integer == -31403)
    let notification = wire.client(
      #"{"jsonrpc":"2.0","method":"notifications/odd","params":{"data":"\#(Attack.injection)"}}"#)
    #expect(notification == Wire.Arrival())
    #expect(wire.sink.entries.map(\.action) == [.stopped, .stopped])
  }

  @Test("the cancellation of a stopped request is dropped, that of another passes")
  func cancellation() throws {
    let wire = try Wire(.enforce)
    _ = wire.client(call(Attack.injection, id: "1"))
    _ = wire.client(call("hello", id: "2"))
    let moot = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#
    #expect(wire.client(moot) == Wire.Arrival())
    let other = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#
    #expect(wire.client(other).forwardedText == other + "\n")
  }

  @Test("initialize and server/discover arrive, without what offends")
  func openings() throws {
    for method in ["initialize", "server/discover"] {
      let wire = try Wire(.enforce)
      let arrival = wire.client(
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"clientInfo":{"name":"c","title":"\#(Attack.injection)"}}}"#
      )
      #expect(arrival.replies.isEmpty)
      #expect(
        arrival.forwardedText
          == #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"clientInfo":{"name":"c","title":"[removed by oktsec]"}}}"#
          + "\n")
      #expect(wire.sink.entries.map(\.action) == [.filtered])
    }
  }

  @Test("an answer of the client that must not leave becomes an error for the server, which learns nothing else")
  func clientAnswer() throws {
    let wire = try Wire(.enforce)
    _ = wire.server(#"{"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage","params":{"messages":[]}}"#)
    let arrival = wire.client(
      #"{"jsonrpc":"2.0","id":"s1","result":{"role":"assistant","content":{"type":"text","text":"\#(Attack.injection)"}}}"#
    )
    #expect(arrival.replies.isEmpty)
    let seen = try #require(JSONValue(line: arrival.forwardedText))
    #expect(seen["id"]?.string == "s1")
    #expect(seen["error"]?["code"]?.integer == -31403)
    #expect(!arrival.forwardedText.contains("PROMPT") && !arrival.forwardedText.contains("severity"))
  }

  @Test("the reply says so when its record is not known to be committed")
  func lateRecord() throws {
    let wire = try Wire(.enforce, sink: RecordingSink(commits: .late))
    #expect(wire.client(call(Attack.injection)).replyText.contains(#""recorded":false"#))
  }

  @Test("when records cannot be kept, enforce stops, unless the config says continue; observe goes on")
  func failingStore() throws {
    let stopping = try Wire(.enforce, sink: RecordingSink(takes: false))
    let arrival = stopping.client(call("hello"))
    #expect(arrival.forwarded.isEmpty)
    #expect(arrival.replyText.contains("audit_unavailable"))
    let going = try Wire(.enforce, sink: RecordingSink(takes: false)) { $0.auditFailure = .continue }
    #expect(going.client(call("hello")).replies.isEmpty)
    let observing = try Wire(.observe, sink: RecordingSink(takes: false))
    #expect(observing.client(call("hello")).forwardedText == call("hello") + "\n")
  }

  @Test("tools outside allowed_tools are refused in both modes and vanish from the list")
  func allowedTools() throws {
    for mode in Mode.allCases {
      let wire = try Wire(mode) { settings in
        guard let name = AgentName("files") else { return }
        var agent = AgentPolicy()
        agent.allowedTools = ToolNames(["read"])
        settings.agents[name] = agent
      }
      let refused = wire.client(call("hello", id: "1"))
      #expect(refused.forwarded.isEmpty)
      #expect(refused.replyText.contains("tool_not_allowed"))
      _ = wire.client(#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)
      let list = wire.server(
        #"{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"send"}, {"name":"read"} ,{"name":"write"}]}}"#)
      #expect(list.forwardedText == #"{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"read"} ]}}"# + "\n")
    }
  }
}

@Suite("Enforce mode, server to client") struct EnforceServerTests {
  private func asked(_ method: String, _ params: String = "{}", meta: Bool = false) throws -> Wire {
    let wire = try Wire(.enforce)
    _ = wire.client(
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"name":"x"\#(meta ? modern : "")}}"#)
    return wire
  }

  @Test("a poisoned tool result becomes an error result with the same id")
  func toolResult() throws {
    for isModern in [false, true] {
      let wire = try asked("tools/call", meta: isModern)
      let arrival = wire.server(
        #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"\#(Attack.injection)"}]}}"#)
      #expect(arrival.replies.isEmpty)
      let seen = try #require(JSONValue(line: arrival.forwardedText))
      #expect(seen["result"]?["isError"] == .bool(true))
      #expect((seen["result"]?["resultType"] != nil) == isModern)
      #expect(!arrival.forwardedText.contains("id_rsa"))
    }
  }

  @Test("poisoned prompts and resources become errors")
  func promptsAndResources() throws {
    for method in ["prompts/get", "resources/read", "completion/complete"] {
      let wire = try asked(method)
      let arrival = wire.server(#"{"jsonrpc":"2.0","id":1,"result":{"text":"\#(Attack.injection)"}}"#)
      #expect(JSONValue(line: arrival.forwardedText)?["error"]?["code"]?.integer == -31403)
    }
  }

  @Test("a poisoned entry is cut from a list, the rest stays byte for byte, and the tool is refused when called")
  func list() throws {
    let wire = try asked("tools/list")
    let bad = #"{"name":"bad","description":"\#(Attack.injection)"}"#
    let list = { (tools: String) in #"{"jsonrpc":"2.0","id":1,"result":{"tools":[\#(tools)],"nextCursor":"n"}}"# + "\n"
    }
    let good = #"{"name":"good", "description":"Adds \u0032 numbers"}"#
    let arrival = wire.server(Array(list("\(bad) , \(good)").utf8))
    #expect(arrival.forwardedText == list(good))
    #expect(wire.sink.entries.last?.action == .filtered)
    let refused = wire.client(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"bad","arguments":{}}}"#)
    #expect(refused.forwarded.isEmpty)
    #expect(refused.replyText.contains("tool_not_allowed"))
  }

  @Test(
    "whichever entries are cut, the list stays valid",
    arguments: ["B", "BB", "BG", "GB", "GBG", "BGB", "GBBG", "BBG", "GBB", "BGGB", "GBGBG"])
  func cuts(pattern: String) throws {
    for separator in [",", " , ", ",\t "] {
      let wire = try asked("tools/list", meta: true)
      let tools = pattern.enumerated().map { index, kind in
        #"{"name":"t\#(index)","description":"\#(kind == "B" ? Attack.injection : "fine")"}"#
      }
      let arrival = wire.server(
        #"{"jsonrpc":"2.0","id":1,"result":{"tools":[ \#(tools.joined(separator: separator)) ],"ttlMs":5000}}"#)
      let seen = try #require(JSONValue(line: arrival.forwardedText), "\(arrival.forwardedText)")
      #expect(seen["result"]?["tools"]?.elements?.count == pattern.filter { $0 == "G" }.count)
      #expect(seen["result"]?["ttlMs"]?.integer == 0)
    }
  }

  @Test("poisoned instructions are cut out of the initialize result, which keeps version and capabilities")
  func instructions() throws {
    let wire = try asked("initialize")
    let arrival = wire.server(
      #"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","instructions":"\#(Attack.injection)","capabilities":{},"serverInfo":{"name":"s","version":"1","title":"\#(Attack.injection)"}}}"#
    )
    #expect(
      arrival.forwardedText
        == #"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1","title":"[removed by oktsec]"}}}"#
        + "\n")
  }

  @Test("a poisoned error keeps its code and loses its text")
  func error() throws {
    let wire = try asked("tools/call")
    let arrival = wire.server(
      #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"\#(Attack.injection)","data":{"hint":"x"}}}"#)
    let seen = try #require(JSONValue(line: arrival.forwardedText))
    #expect(seen["error"]?["code"]?.integer == -32602)
    #expect(!arrival.forwardedText.contains("id_rsa") && !arrival.forwardedText.contains("hint"))
  }

  @Test("poisoned requests of the server are answered to the server and never seen by the client")
  func serverRequests() throws {
    let wire = try Wire(.enforce)
    let request = { (id: Int, method: String) in
      wire.server(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"message":"\#(Attack.injection)"}}"#)
    }
    let sampling = request(1, "sampling/createMessage")
    #expect(sampling.forwarded.isEmpty)
    #expect(JSONValue(line: sampling.replyText)?["error"]?["code"]?.integer == -1)
    #expect(
      request(2, "elicitation/create").replyText == #"{"jsonrpc":"2.0","id":2,"result":{"action":"decline"}}"# + "\n")
    #expect(request(3, "roots/list").replyText == #"{"jsonrpc":"2.0","id":3,"result":{"roots":[]}}"# + "\n")
    let ping = request(4, "ping")
    #expect(ping.replies.isEmpty && ping.forwardedText.contains("[removed by oktsec]"))
  }

  @Test("poisoned notifications are dropped; those that a session depends on arrive without the text")
  func notifications() throws {
    let wire = try Wire(.enforce)
    let notify = { (method: String) in
      wire.server(#"{"jsonrpc":"2.0","method":"\#(method)","params":{"message":"\#(Attack.injection)"}}"#)
    }
    #expect(notify("notifications/message") == Wire.Arrival())
    let changed = notify("notifications/tools/list_changed")
    #expect(
      changed.forwardedText
        == #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"message":"[removed by oktsec]"}}"#
        + "\n")
  }

  @Test("an input request that is poisoned takes its whole result with it")
  func inputRequired() throws {
    let wire = try asked("tools/call", meta: true)
    let arrival = wire.server(
      #"{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{"message":"\#(Attack.injection)"}}},"requestState":"s"}}"#
    )
    let seen = try #require(JSONValue(line: arrival.forwardedText))
    #expect(seen["result"]?["isError"] == .bool(true))
    #expect(seen["result"]?["requestState"] == nil)
  }

  @Test("a secret in a tool result is stopped")
  func secret() throws {
    let wire = try asked("tools/call")
    let key =
      "-----BEGIN RSA PRIVATE" + " KEY-----\\n"
      + String(repeating: "MIIEowIBAAKCAQEAx7Jq0nQ2v5b8Zt3Lk9Wc1Rf6Yp4Sd0Hg2Ne8Uo5Ia7Tm3Kx\\n", count: 6)
      + "-----END RSA PRIVATE" + " KEY-----"
    let arrival = wire.server(#"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"\#(key)"}]}}"#)
    #expect(
      !arrival.forwardedText.contains("Zt3Lk9Wc1Rf6"),
      "\(wire.sink.entries.map { ($0.verdict, $0.findings.map(\.rule)) })")
    for finding in wire.sink.entries.last?.findings ?? [] { #expect(!finding.excerpt.contains("Zt3Lk9Wc1Rf6")) }
  }
}
