import JSONRPC
import Testing

@testable import MCPServer

@Suite("Calls")
struct CallTests {
  @Test("an unknown tool and a malformed call are protocol errors, wrong arguments an error for the model")
  func faults() {
    let client = TestClient(.sample())
    client.initialize()
    #expect(client.call("none").errorCode == -32602)
    #expect(client.request("tools/call").errorCode == -32602)
    #expect(client.request("tools/call", [("name", .string("echo")), ("arguments", .array([]))]).errorCode == -32602)
    let answer = client.call("echo", .object([("txt", .string("x"))]))
    #expect(answer.isToolError && answer.structured == nil)
    #expect(answer.firstText.contains("text is missing"))
  }

  // MARK: A legacy client is asked by a request of ours

  @Test(
    "a legacy client is asked, and the same work goes on with its answer",
    arguments: [ProtocolVersion.june2025, .november2025])
  func legacyRound(_ version: ProtocolVersion) {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    client.initialize(version, capabilities: SampleCatalog.form)
    let question = client.call("greeter")
    #expect(question["method"]?.string == "elicitation/create")
    #expect(question["params"]?["message"]?.string == "What is your name?")
    let answers = client.reply(to: question, #""result":{"action":"accept","content":{"name":"Ann"}}"#)
    #expect(answers.count == 1)
    #expect(answers.first?["id"]?.integer == 2)
    #expect(answers.first?.firstText == "Hello Ann, asked")
    // The answer counts once.
    #expect(client.reply(to: question, #""result":{"action":"accept"}"#).isEmpty)
  }

  @Test("other requests are served while a question is open")
  func interleaved() {
    let client = TestClient(.sample([SampleCatalog.greeter, SampleCatalog.echo]))
    client.initialize(capabilities: SampleCatalog.form)
    let first = client.call("greeter")
    let second = client.call("greeter")
    #expect(client.call("echo", .object([("text", .string("x"))])).result != nil)
    for (question, name) in [(second, "Bob"), (first, "Ann")] {
      let answer = client.reply(to: question, #""result":{"action":"accept","content":{"name":"\#(name)"}}"#)
      #expect(answer.first?.firstText == "Hello \(name), asked")
    }
  }

  @Test("a cancelled call is never answered, and its question is withdrawn")
  func cancelled() {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    client.initialize(capabilities: SampleCatalog.form)
    let question = client.call("greeter")
    let withdrawn = client.send(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2,"reason":"tired"}}"#)
    #expect(withdrawn.map { $0["method"]?.string } == ["notifications/cancelled"])
    #expect(withdrawn.first?["params"]?["requestId"] == question["id"])
    #expect(
      client.reply(to: question, #""result":{"action":"accept"}"#).isEmpty)
  }

  @Test("a cancellation needs the id with its type")
  func cancelledByWrongID() {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    client.initialize(capabilities: SampleCatalog.form)
    _ = client.call("greeter")
    #expect(
      client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"2"}}"#).isEmpty)
  }

  @Test("an error instead of an answer ends the call with an error for the model")
  func refusedQuestion() {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    client.initialize(capabilities: SampleCatalog.form)
    let question = client.call("greeter")
    let answers = client.reply(to: question, #""error":{"code":-1,"message":"no"}"#)
    #expect(answers.count == 1 && answers.first?.isToolError == true)
  }

  @Test("a client that cannot be asked is not asked", arguments: ProtocolVersion.handshake)
  func cannotBeAsked(_ version: ProtocolVersion) {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    // Before June 2025 the word has no meaning.
    client.initialize(version, capabilities: version < .june2025 ? SampleCatalog.form : .emptyObject)
    #expect(client.call("greeter").isToolError)
  }

  @Test("a client with forms for addresses only is not asked by a form")
  func urlOnly() {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    client.initialize(capabilities: .object([("elicitation", .object([("url", .emptyObject)]))]))
    #expect(client.call("greeter").isToolError)
  }

  @Test("open questions are bounded")
  func boundedQuestions() {
    var limits = SessionLimits()
    limits.suspendedCalls = 3
    let client = TestClient(.sample([SampleCatalog.greeter]), limits: limits)
    client.initialize(capabilities: SampleCatalog.form)
    for _ in 0..<3 { #expect(client.call("greeter")["method"] != nil) }
    #expect(client.call("greeter").isToolError)
  }

  @Test("a call that is too long to be kept is not suspended")
  func longCall() {
    var limits = SessionLimits()
    limits.suspendedBytes = 1000
    let client = TestClient(.sample([SampleCatalog.greeter]), limits: limits)
    client.initialize(capabilities: SampleCatalog.form)
    let long = [
      ("name", JSONValue.string("greeter")), ("_meta", .object([("x", .string(String(repeating: "x", count: 1000)))])),
    ]
    #expect(client.request("tools/call", long).isToolError)
    #expect(client.call("greeter")["method"]?.string == "elicitation/create")
  }

  @Test("rounds are bounded")
  func boundedRounds() {
    let endless = SampleTool("endless") { _, _ throws(ArgumentProblem) in
      .inputRequired(InputNeed([SampleCatalog.nameQuestion]))
    }
    let client = TestClient(.sample([endless]))
    client.initialize(capabilities: SampleCatalog.form)
    var message = client.call("endless")
    var rounds = 0
    while message["method"] != nil, rounds < 100 {
      rounds += 1
      message = client.reply(to: message, #""result":{"action":"accept","content":{}}"#).last ?? .null
    }
    #expect(message.isToolError && rounds == 9)
  }

  @Test("several questions of several kinds are collected")
  func manyQuestions() {
    let client = TestClient(.sample([Self.curious]))
    client.initialize(
      capabilities: .object([
        ("elicitation", .emptyObject), ("sampling", .emptyObject), ("roots", .emptyObject),
      ]))
    let questions = client.requestAll("tools/call", [("name", .string("curious"))])
    #expect(
      questions.compactMap { $0["method"]?.string } == [
        "elicitation/create", "sampling/createMessage", "roots/list",
      ])
    var last: [JSONValue] = []
    for question in questions {
      #expect(last.isEmpty)
      last = client.reply(to: question, #""result":{"roots":[]}"#)
    }
    #expect(last.first?.firstText == "name,poem,roots")
  }

  private static let curious = SampleTool("curious") { _, context throws(ArgumentProblem) in
    guard context.answers.isEmpty else {
      return .complete(ToolResult([.text(context.answers.keys.sorted().joined(separator: ","))]))
    }
    let sampling = JSONValue.object([
      (
        "messages",
        .array([
          .object([
            ("role", .string("user")),
            ("content", .object([("type", .string("text")), ("text", .string("A poem"))])),
          ])
        ])
      ), ("maxTokens", .integer(10)),
    ])
    return .inputRequired(
      InputNeed([
        SampleCatalog.nameQuestion, InputRequest("poem", .sampling(sampling)), InputRequest("roots", .roots),
      ]))
  }

  // MARK: A modern client carries questions and state

  @Test("a modern client carries the question and the state")
  func modernRound() throws {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    let first = client.modern("tools/call", [("name", .string("greeter"))], capabilities: SampleCatalog.form)
    #expect(first.result?["resultType"]?.string == "input_required")
    #expect(first.result?["inputRequests"]?["name"]?["method"]?.string == "elicitation/create")
    let state = try #require(first.result?["requestState"])
    let second = client.modern("tools/call", Self.retry(state), capabilities: SampleCatalog.form)
    #expect(second.firstText == "Hello Ann, asked")
    // Single use.
    #expect(client.modern("tools/call", Self.retry(state), capabilities: SampleCatalog.form).errorCode == -32602)
  }

  @Test("a state that was altered, or is of another request or principal, is refused")
  func foreignState() throws {
    let seal = StateSeal()
    let tools = [SampleCatalog.greeter, SampleTool("other", SampleCatalog.greeter.body)]
    let client = TestClient(.sample(tools), seal: seal)
    let first = client.modern("tools/call", [("name", .string("greeter"))], capabilities: SampleCatalog.form)
    let state = try #require(first.result?["requestState"]?.string)
    func code(_ client: TestClient, _ state: String, tool: String = "greeter", arguments: JSONValue = .emptyObject)
      -> Int?
    {
      client.modern(
        "tools/call", Self.retry(.string(state), tool: tool, arguments: arguments), capabilities: SampleCatalog.form
      ).errorCode
    }
    for index in state.indices {
      var altered = state
      altered.replaceSubrange(index...index, with: state[index] == "0" ? "1" : "0")
      #expect(code(client, altered) == -32602)
    }
    #expect(code(client, "") == -32602)
    #expect(code(client, String(state.dropLast(2))) == -32602)
    #expect(code(client, state, tool: "other") == -32602)
    #expect(code(client, state, arguments: .object([("a", .integer(1))])) == -32602)
    #expect(code(TestClient(.sample(tools), seal: seal, principal: "other"), state) == -32602)
    #expect(code(TestClient(.sample(tools)), state) == -32602)
    // Nothing of this has used it up.
    #expect(code(client, state) == nil)
  }

  @Test("a state expires")
  func expired() throws {
    var now: Int64 = 1
    let client = TestClient(.sample([SampleCatalog.greeter]), clock: { now })
    let first = client.modern("tools/call", [("name", .string("greeter"))], capabilities: SampleCatalog.form)
    let state = try #require(first.result?["requestState"])
    now += StateSeal.lifetime
    #expect(client.modern("tools/call", Self.retry(state), capabilities: SampleCatalog.form).errorCode == -32602)
  }

  @Test("missing answers are asked for again, and unknown ones are ignored")
  func askedAgain() throws {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    let first = client.modern("tools/call", [("name", .string("greeter"))], capabilities: SampleCatalog.form)
    let state = try #require(first.result?["requestState"])
    let params: [(name: String, value: JSONValue)] = [
      ("name", .string("greeter")), ("requestState", state),
      ("inputResponses", .object([("other", .object([("action", .string("accept"))]))])),
    ]
    let second = client.modern("tools/call", params, capabilities: SampleCatalog.form)
    #expect(second.result?["resultType"]?.string == "input_required")
    #expect(second.result?["requestState"] != state)
  }

  @Test("answers that are no objects are refused", arguments: ["[]", "{\"name\":5}", "\"x\"", "7"])
  func oddAnswers(_ answers: String) throws {
    let client = TestClient(.sample([SampleCatalog.greeter]))
    let answer = client.modern(
      "tools/call", [("name", .string("greeter")), ("inputResponses", try JSONValue(answers))],
      capabilities: SampleCatalog.form)
    #expect(answer.errorCode == -32602)
  }

  @Test("a capability that is not declared is named")
  func missingCapability() {
    let answer = TestClient(.sample([SampleCatalog.greeter])).modern("tools/call", [("name", .string("greeter"))])
    #expect(answer.errorCode == -32021)
    #expect(answer["error"]?["data"]?["requiredCapabilities"]?["elicitation"] != nil)
  }

  private static func retry(
    _ state: JSONValue, tool: String = "greeter", arguments: JSONValue = .emptyObject
  ) -> [(name: String, value: JSONValue)] {
    let answer = JSONValue.object([
      ("action", .string("accept")), ("content", .object([("name", .string("Ann"))])),
    ])
    return [
      ("name", .string(tool)), ("arguments", arguments), ("requestState", state),
      ("inputResponses", .object([("name", answer)])),
    ]
  }
}
