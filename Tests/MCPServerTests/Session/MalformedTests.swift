import JSONRPC
import Testing

@testable import MCPServer

@Suite("Malformed input")
struct MalformedTests {
  @Test(
    "what is not JSON is answered by a parse error without an id",
    arguments: [
      "{", "nonsense", #"{"jsonrpc":"2.0","id":1,"method":"ping",}"#, "\u{FEFF}{}", #"{"a":NaN}"#, "{}{}", "'a'",
      #"{"jsonrpc":"2.0","id":1,"method":"pi\x"}"#, "{\"a\":\"\u{1}\"}",
    ])
  func notJSON(_ text: String) {
    let client = TestClient(.sample())
    client.initialize()
    let answers = client.send(text)
    #expect(answers.map(\.errorCode) == [-32700])
    #expect(answers.first?["id"] == nil)
    #expect(client.request("ping").result == .emptyObject)
  }

  @Test("revisions that demand an id get null where it could not be read", arguments: ProtocolVersion.handshake)
  func unreadID(_ version: ProtocolVersion) {
    let client = TestClient(.sample())
    client.initialize(version)
    #expect(client.send("{").first?["id"] == (version < .november2025 ? .null : nil))
  }

  @Test(
    "JSON that is no message is an invalid request",
    arguments: [
      "{}", "7", "\"x\"", "null", #"{"id":1}"#, #"{"jsonrpc":"2.0","id":1,"method":7}"#,
      #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, #"{"jsonrpc":"2.0","id":true,"method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#,
      #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, #"{"id":1,"method":"ping"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","n\u0061me":"none"}}"#,
    ])
  func invalid(_ text: String) {
    let client = TestClient(.sample())
    client.initialize()
    #expect(client.send(text).map(\.errorCode) == [-32600])
  }

  @Test("params that are no object are refused", arguments: ["[]", "7", "\"x\"", "null"])
  func oddParams(_ params: String) {
    let client = TestClient(.sample())
    client.initialize()
    #expect(client.send(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":\#(params)}"#).map(\.errorCode) == [-32602])
  }

  @Test("answers that nobody waits for are ignored")
  func strayAnswers() {
    let client = TestClient(.sample())
    client.initialize()
    for text in [
      #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":"oktsec-1","result":{}}"#,
      #"{"jsonrpc":"2.0","id":"oktsec-1","error":{"code":1,"message":"x"}}"#, #"{"jsonrpc":"2.0","error":{}}"#,
    ] { #expect(client.send(text).isEmpty) }
  }

  @Test("bytes that are not UTF-8 are read as U+FFFD")
  func invalidUTF8() {
    let client = TestClient(.sample())
    client.initialize()
    let start = Array(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":""#.utf8)
    let answers = client.send(start + [0xFF, 0x41] + Array(#""}}}"#.utf8))
    #expect(answers.first?.structured?["text"]?.string == "\u{FFFD}A")
  }

  @Test("a message that is nested too deep is refused with its id")
  func tooDeep() {
    var limits = SessionLimits()
    limits.depth = 20
    let client = TestClient(.sample(), limits: limits)
    let nested = String(repeating: "[", count: 30) + String(repeating: "]", count: 30)
    let answers = client.send(#"{"jsonrpc":"2.0","id":"x","method":"ping","params":{"a":\#(nested)}}"#)
    #expect(answers.map(\.errorCode) == [-32600])
    #expect(answers.first?["id"]?.string == "x")
    #expect(client.send(#"{"jsonrpc":"2.0","method":"n","params":{"a":\#(nested)}}"#).isEmpty)
  }

  @Test("a frame that is too long is refused with the id that was seen, and the connection goes on")
  func tooLong() {
    let client = TestClient(.sample())
    #expect(client.receive(.oversizedBegin(Array(#"{"jsonrpc":"2.0","id":7,"method":"tools/call","#.utf8))).isEmpty)
    #expect(client.receive(.oversizedPiece(Array(#""params":{"a":"xxxx"#.utf8))).isEmpty)
    let answers = client.receive(.oversizedEnd(Array("xx\"}}\n".utf8)))
    #expect(answers.map(\.errorCode) == [-32600])
    #expect(answers.first?["id"]?.integer == 7)
    #expect(client.request("ping").result == .emptyObject)
    // A notification and an answer wait for nothing.
    _ = client.receive(.oversizedBegin(Array(#"{"jsonrpc":"2.0","method":"n","params":{"#.utf8)))
    #expect(client.receive(.oversizedEnd(Array("}}\n".utf8))).isEmpty)
    _ = client.receive(.oversizedBegin(Array(#"{"jsonrpc":"2.0","id":7,"result":{"#.utf8)))
    #expect(client.receive(.oversizedEnd(Array("}}\n".utf8))).isEmpty)
  }

  @Test("a message of too many values is refused with its id, before a tree is made of it")
  func tooManyValues() {
    var limits = SessionLimits()
    limits.values = 100
    let client = TestClient(.sample([SampleCatalog.greeter]), limits: limits)
    client.initialize(capabilities: SampleCatalog.form)
    let many = "[" + Array(repeating: "1", count: 100).joined(separator: ",") + "]"
    let answers = client.send(#"{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":\#(many)}}"#)
    #expect(answers.map(\.errorCode) == [-32600] && answers.first?["id"]?.integer == 5)
    #expect(client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":\#(many)}"#).isEmpty)
    // As an answer it is none, and the call ends.
    let question = client.call("greeter")
    #expect(client.reply(to: question, #""result":{"content":\#(many)}"#).first?.isToolError == true)
  }

  @Test("a depth that the config allows beyond the stack is not read")
  func boundedDepth() {
    var limits = SessionLimits()
    limits.depth = 1_000_000
    let client = TestClient(.sample(), limits: limits)
    let nested = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    let answers = client.send(#"{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":\#(nested)}}"#)
    #expect(answers.map(\.errorCode) == [-32600])
  }

  @Test("errors hold nothing that the peer sent")
  func noPayload() {
    let client = TestClient(.sample())
    client.initialize()
    let word = "SWORDFISH"
    for text in [
      #"{"jsonrpc":"2.0","id":1,"method":"\#(word)"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"ping","\#(word)":\#(word)}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(word)"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"\#(word)":"\#(word)"}}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\#(word)"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"\#(word)"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"\#(word)"}}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"\#(word)"}}"#,
    ] {
      let answers = client.send(text)
      #expect(answers.count == 1 && !answers[0].text.contains(word))
    }
  }

  @Test("thousands of mutated frames have defined answers, and the connection lives", arguments: [1, 2, 3] as [UInt64])
  func mutated(_ seed: UInt64) {
    var mutator = FrameMutator(seed: seed)
    let client = TestClient(.sample([SampleCatalog.echo, SampleCatalog.greeter]))
    var answers = 0
    for round in 0..<3500 {
      if round == 500 { client.initialize(seed == 1 ? .march2025 : .november2025, capabilities: SampleCatalog.form) }
      for message in client.send(mutator.next()) {
        answers += 1
        #expect(message["jsonrpc"]?.string == "2.0" || message.elements != nil)
      }
    }
    #expect(answers > 1000)
    #expect(client.request("ping").result == .emptyObject)
  }
}
