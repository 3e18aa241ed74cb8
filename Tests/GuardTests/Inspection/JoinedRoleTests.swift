import Foundation
import JSONRPC
import Testing

@testable import Guard

/// Texts that are read together keep their roles: a rule finds nothing across texts of which it names only some.
@Suite struct JoinedRoleTests {
  private static func rule(_ id: String, _ roles: RoleSet, _ change: (inout RuleDefinition) -> Void = { _ in })
    -> RuleDefinition
  {
    var rule = RuleDefinition(id: id, name: "Rule \(id)", severity: .critical, category: .promptInjection)
    rule.roles = roles
    rule.patterns = [RulePattern("(?s)alder.{0,60}birch")]
    change(&rule)
    return rule
  }

  /// One rule for each role, named as the role, and one of every role.
  private static func rules() throws -> RuleSet {
    try RuleSet(Role.allCases.map { rule($0.name, RoleSet($0)) } + [rule("all", .all)])
  }

  private struct NotAMessage: Error {}

  /// Inspects messages of one direction one after the other; what is said of the last one.
  private func inspection(
    of messages: [(json: String, method: String)], _ direction: Direction, _ rules: RuleSet
  ) throws -> Inspection {
    let inspector = Inspector(rules: rules)
    var preceding = PrecedingText()
    var inspection = Inspection()
    for (json, method) in messages {
      var decoder = MessageDecoder()
      let bytes = Array(json.utf8)
      inspection = try bytes.withUnsafeBytes { content in
        guard case .single(let message) = try decoder.decode(content) else { throw NotAMessage() }
        var exchange = Exchange(
          direction: direction, server: "files",
          kind: message.kind == .request ? .request : message.kind == .response ? .response : .notification)
        exchange.method = method
        return inspector.inspect(message, in: content, exchange: exchange, after: &preceding)
      }
    }
    return inspection
  }

  private func found(
    _ messages: [(json: String, method: String)], _ direction: Direction, _ rules: RuleSet? = nil
  ) throws -> [String] {
    try inspection(of: messages, direction, rules ?? Self.rules()).findings.map(\.rule).sorted()
  }

  private static func call(_ text: String, id: Int = 1) -> (json: String, method: String) {
    (
      #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"echo","arguments":{"text":"\#(text)"}}}"#,
      "tools/call"
    )
  }

  private static func answer(_ text: String, to method: String) -> (json: String, method: String) {
    let result =
      switch method {
      case "prompts/get": #"{"messages":[{"role":"user","content":{"type":"text","text":"\#(text)"}}]}"#
      case "resources/read": #"{"contents":[{"uri":"file:///a","text":"\#(text)"}]}"#
      case "initialize": #"{"capabilities":{},"instructions":"\#(text)"}"#
      case "tools/call failed": #"{"isError":true,"content":[{"type":"text","text":"\#(text)"}]}"#
      default: #"{"content":[{"type":"text","text":"\#(text)"}]}"#
      }
    return (#"{"jsonrpc":"2.0","id":1,"result":\#(result)}"#, method.split(separator: " ").first.map(String.init) ?? "")
  }

  private static func note(_ text: String) -> (json: String, method: String) {
    (#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"\#(text)"}}"#, "notifications/message")
  }

  private static func sampling(_ text: String) -> (json: String, method: String) {
    (
      #"{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"\#(text)"}}]}}"#,
      "sampling/createMessage"
    )
  }

  @Test("arguments of consecutive calls are read in the role of arguments, not of the word for the method")
  func consecutiveCalls() throws {
    #expect(
      try found([Self.call("an alder"), Self.call("a birch")], .clientToServer) == ["all", "tool_arguments"])
  }

  @Test("a method and an id are no text between two others")
  func protocolWords() throws {
    let rules = try RuleSet(
      ["seven", "tools/call", "echo"].map { word in
        Self.rule(word, .all) { $0.patterns = [RulePattern("alder.{1,12}\(word)")] }
      })
    let second =
      #"{"jsonrpc":"2.0","id":"seven","method":"tools/call","params":{"name":"echo","arguments":{"text":"fog"}}}"#
    #expect(try found([Self.call("an alder"), (second, "tools/call")], .clientToServer, rules) == ["echo"])
  }

  @Test(
    "answers of one kind are read in its role",
    arguments: [
      ("tools/call", Role.toolResult), ("prompts/get", .prompt), ("resources/read", .resource),
      ("initialize", .toolDescription), ("tools/call failed", .error),
    ])
  func consecutiveAnswers(method: String, role: Role) throws {
    #expect(
      try found([Self.answer("an alder", to: method), Self.answer("a birch", to: method)], .serverToClient)
        == ["all", role.name].sorted())
  }

  @Test("messages in different roles are read together only by a rule that names both")
  func mixedMessages() throws {
    let texts: [(Role, (String) -> (json: String, method: String))] = [
      (.toolResult, { Self.answer($0, to: "tools/call") }), (.prompt, { Self.answer($0, to: "prompts/get") }),
      (.resource, { Self.answer($0, to: "resources/read") }), (.toolDescription, { Self.answer($0, to: "initialize") }),
      (.error, { Self.answer($0, to: "tools/call failed") }), (.message, Self.note), (.prompt, Self.sampling),
    ]
    for (first, earlier) in texts {
      for (second, later) in texts {
        let expected = first == second ? ["all", first.name].sorted() : ["all"]
        #expect(
          try found([earlier("an alder"), later("a birch")], .serverToClient) == expected, "\(first), \(second)")
      }
    }
    let rules = try RuleSet([
      Self.rule("both", [RoleSet(.toolResult), RoleSet(.message)]),
      Self.rule("other", [RoleSet(.toolResult), RoleSet(.prompt)]),
    ])
    let pair = [Self.note("an alder"), Self.answer("a birch", to: "tools/call")]
    #expect(try found(pair, .serverToClient, rules) == ["both"])
  }

  @Test("a text in a role that a rule does not name is no bridge between two that it names")
  func noBridge() throws {
    let messages = [
      Self.answer("an alder", to: "tools/call"), Self.note("fog"), Self.answer("a birch", to: "tools/call"),
    ]
    #expect(try found(messages, .serverToClient) == ["all"])
  }

  @Test("the same holds for the parts of a rule that has several")
  func partsOfRules() throws {
    func parts(_ id: String, _ roles: RoleSet) -> RuleDefinition {
      Self.rule(id, roles) {
        $0.match = .all
        $0.patterns = ["alder", "birch"].map { RulePattern($0) }
        $0.patterns[0].group = "a"
        $0.patterns[1].group = "b"
      }
    }
    // The last one is there because single words alone are not looked for over several messages.
    let rules = try RuleSet([
      parts("all", .all), parts("result", RoleSet(.toolResult)), parts("message", RoleSet(.message)),
      parts("both", [RoleSet(.toolResult), RoleSet(.message)]), Self.rule("trace", .all),
    ])
    let (result, note) = (Self.answer("an alder", to: "tools/call"), Self.note("a birch"))
    let resource = Self.answer("fog", to: "resources/read")
    #expect(try found([result, note], .serverToClient, rules) == ["all", "both", "trace"])
    #expect(try found([result, resource, note], .serverToClient, rules) == ["all", "trace"])
    let other = Self.answer("a birch", to: "tools/call")
    #expect(try found([result, other], .serverToClient, rules) == ["all", "both", "result", "trace"])
    #expect(try found([result, resource, other], .serverToClient, rules) == ["all", "trace"])
  }

  @Test("what earlier messages say, alone or together, is no news")
  func oldNews() throws {
    let messages = [
      Self.answer("an alder", to: "tools/call"), Self.note("a birch"),
      Self.answer("another birch", to: "resources/read"),
    ]
    #expect(try found(Array(messages.prefix(2)), .serverToClient) == ["all"])
    #expect(try found(messages, .serverToClient) == [])
    #expect(try found(messages.dropLast() + [Self.answer("fog", to: "tools/call")], .serverToClient) == [])
  }

  @Test("a text behind one that says it by itself is a bystander")
  func bystander() throws {
    let whole = Self.call("an alder by a birch")
    #expect(try found([whole], .clientToServer) == ["all", "tool_arguments"])
    #expect(try found([whole, Self.call("another birch", id: 2)], .clientToServer) == [])
    #expect(try found([whole, whole], .clientToServer) == ["all", "tool_arguments"])
  }

  @Test("the ceiling of what lies in several roles is the lowest of theirs")
  func lowestCeiling() throws {
    let rules = try RuleSet([
      Self.rule("low", .all) { $0.roleSeverity = [.toolResult: .low] }, Self.rule("high", .all),
    ])
    let pair = [Self.note("an alder"), Self.answer("a birch", to: "tools/call")]
    let findings = try inspection(of: pair, .serverToClient, rules).findings
    #expect(
      Dictionary(findings.map { ($0.rule, $0.severity) }, uniquingKeysWith: max) == ["high": .medium, "low": .info])
    #expect(findings.allSatisfy { $0.role == .toolResult })
  }

  @Test("blocks, members and columns of one message in different roles are not read in one of them")
  func mixedContent() throws {
    let blocks = #"""
      {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"an alder"}],\#
      "instructions":{"content":{"type":"text","text":"a birch"}}}}
      """#
    #expect(try found([(blocks, "tools/call")], .serverToClient) == ["all"])
    let requests = #"""
      {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"an alder"}],\#
      "inputRequests":{"content":{"type":"text","text":"a birch"}}}}
      """#
    #expect(try found([(requests, "tools/call")], .serverToClient) == ["all"])
    let tools = #"""
      {"jsonrpc":"2.0","id":1,"result":{"instructions":"an alder","tools":[\#
      {"name":"one","description":"a birch"},{"name":"two","description":"fog"}]}}
      """#
    #expect(try found([(tools, "tools/list")], .serverToClient) == [])
  }

  @Test("what a client answers and what it asks keep their roles, too")
  func fromTheClient() throws {
    func answer(_ text: String) -> (json: String, method: String) {
      (
        #"{"jsonrpc":"2.0","id":9,"result":{"role":"assistant","content":{"type":"text","text":"\#(text)"}}}"#,
        "sampling/createMessage"
      )
    }
    #expect(try found([answer("an alder"), answer("a birch")], .clientToServer) == ["all", "message"])
    #expect(try found([answer("an alder"), Self.call("a birch")], .clientToServer) == ["all"])
    #expect(try found([Self.call("an alder"), Self.note("a birch")], .clientToServer) == ["all"])
    let prompt =
      #"{"jsonrpc":"2.0","id":2,"method":"prompts/get","params":{"name":"greet","arguments":{"to":"a birch"}}}"#
    #expect(
      try found([Self.call("an alder"), (prompt, "prompts/get")], .clientToServer) == ["all", "tool_arguments"])
    let resource = #"{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"file:///birch"}}"#
    #expect(
      try found([Self.call("an alder"), (resource, "resources/read")], .clientToServer) == ["all", "tool_arguments"])
  }

  @Test(
    "entries of a list are read with each other, not with what was said before, and not with the instructions",
    arguments: ["tools", "prompts", "resources", "resourceTemplates"])
  func lists(member: String) throws {
    let method = member == "resourceTemplates" ? "resources/templates/list" : "\(member)/list"
    func list(_ first: String, _ second: String) -> (json: String, method: String) {
      (
        #"{"jsonrpc":"2.0","id":1,"result":{"\#(member)":[{"name":"one","description":"\#(first)"},{"name":"two","description":"\#(second)"}]}}"#,
        method
      )
    }
    #expect(try found([list("an alder", "a birch")], .serverToClient) == ["all", "tool_description"])
    #expect(
      try found([Self.answer("an alder", to: "initialize"), list("a birch", "fog")], .serverToClient) == [])
    #expect(try found([list("fog", "an alder"), Self.answer("a birch", to: "tools/call")], .serverToClient) == [])
  }

  @Test("an encoded text that is cut over two messages is read in both roles")
  func encodedAcross() throws {
    let text = Data("There is an alder beside a birch in the garden".utf8).base64EncodedString()
    let (first, second) = (String(text.prefix(36)), String(text.dropFirst(36)))
    func structured(_ text: String) -> (json: String, method: String) {
      (#"{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"data":"\#(text)"}}}"#, "tools/call")
    }
    #expect(
      try found([structured(first), structured(second)], .serverToClient) == ["all", "tool_result"])
    #expect(try found([Self.note(first), structured(second)], .serverToClient) == ["all"])
  }
}
