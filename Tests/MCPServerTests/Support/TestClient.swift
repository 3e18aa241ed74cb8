import JSONRPC
import Testing

@testable import MCPServer

/// A client on the other side of a session. Every message that the session sends is checked against the official schema
/// of its revision, when the schemas are there.
final class TestClient {
  let session: Session
  private var methods: [String: String] = [:]
  private var lastID = 0

  init(
    _ catalog: ServerCatalog, limits: SessionLimits = SessionLimits(), seal: StateSeal = StateSeal(),
    principal: String = "", clock: @escaping () -> Int64 = { 1_000_000_000_000_000 }
  ) {
    session = Session(catalog: catalog, limits: limits, seal: seal, principal: principal, clock: clock)
  }

  /// Sends one frame as it is.
  @discardableResult
  func send(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue] {
    send(Array(text.utf8), sourceLocation: sourceLocation)
  }

  @discardableResult
  func send(_ content: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue] {
    noteMethods(content)
    let messages = session.receive(.frame(Frame(bytes: content + [0x0A], terminator: .lineFeed)))
    return check(messages, sourceLocation)
  }

  func receive(
    _ event: FrameDecoder.Event, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [JSONValue] { check(session.receive(event), sourceLocation) }

  func announce(_ change: Change, sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue] {
    check(session.announce(change), sourceLocation)
  }

  func finish(sourceLocation: SourceLocation = #_sourceLocation) -> [JSONValue] {
    check(session.finish(), sourceLocation)
  }

  // MARK: Legacy

  /// Opens a legacy connection.
  @discardableResult
  func initialize(
    _ version: ProtocolVersion = .november2025, capabilities: JSONValue = .emptyObject,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSONValue {
    let answer = request(
      "initialize",
      [
        ("protocolVersion", .string(version.rawValue)), ("capabilities", capabilities),
        ("clientInfo", .object([("name", .string("tests")), ("version", .string("1"))])),
      ], sourceLocation: sourceLocation)
    send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    return answer
  }

  /// Sends a request and returns everything that comes for it.
  func requestAll(
    _ method: String, _ params: [(name: String, value: JSONValue)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [JSONValue] {
    lastID += 1
    let message = JSONValue.object([
      ("jsonrpc", .string("2.0")), ("id", .integer(lastID)), ("method", .string(method)), ("params", .object(params)),
    ])
    return send(message.text, sourceLocation: sourceLocation)
  }

  /// Sends a request and returns its one answer.
  @discardableResult
  func request(
    _ method: String, _ params: [(name: String, value: JSONValue)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSONValue {
    let messages = requestAll(method, params, sourceLocation: sourceLocation)
    #expect(messages.count == 1, "\(messages.count) messages", sourceLocation: sourceLocation)
    return messages.last ?? .null
  }

  // MARK: Modern

  static func meta(
    _ capabilities: JSONValue = .emptyObject, version: String = "2026-07-28",
    also more: [(name: String, value: JSONValue)] = []
  ) -> (name: String, value: JSONValue) {
    (
      "_meta",
      .object(
        [
          (MetaKey.protocolVersion, .string(version)), (MetaKey.clientCapabilities, capabilities),
          (MetaKey.clientInfo, .object([("name", .string("tests")), ("version", .string("1"))])),
        ] + more)
    )
  }

  /// Sends a stateless request and returns its one answer.
  @discardableResult
  func modern(
    _ method: String, _ params: [(name: String, value: JSONValue)] = [], capabilities: JSONValue = .emptyObject,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSONValue {
    request(method, params + [Self.meta(capabilities)], sourceLocation: sourceLocation)
  }

  func call(
    _ tool: String, _ arguments: JSONValue = .emptyObject, sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSONValue {
    request("tools/call", [("name", .string(tool)), ("arguments", arguments)], sourceLocation: sourceLocation)
  }

  /// Answers a request of the session's. The outcome is a member: `"result":{…}` or `"error":{…}`.
  @discardableResult
  func reply(
    to question: JSONValue, _ outcome: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [JSONValue] {
    let id = question["id"]?.text ?? "null"
    return send("{\"jsonrpc\":\"2.0\",\"id\":\(id),\(outcome)}", sourceLocation: sourceLocation)
  }

  // MARK: Private

  private func noteMethods(_ content: [UInt8]) {
    var decoder = MessageDecoder()
    let payload = content.withUnsafeBytes { try? decoder.decode($0) }
    let messages: [Message] =
      switch payload {
      case .single(let message)?: [message]
      case .batch(let batch)?: batch
      case nil: []
      }
    for message in messages {
      if let id = message.requestID, let method = message.method { methods[Self.key(id)] = method }
    }
  }

  private static func key(_ id: RequestID) -> String { "\(id.kind) \(id.value)" }

  private func check(_ messages: [OutgoingMessage], _ sourceLocation: SourceLocation) -> [JSONValue] {
    messages.map { message in
      #expect(!message.bytes.contains(0x0A) && !message.bytes.contains(0x0D), sourceLocation: sourceLocation)
      let problems = OfficialSchemas.problems(message) { id in
        switch id {
        case .string(let text): methods["string \(text)"]
        case .number(let literal): methods["number \(literal)"]
        default: nil
        }
      }
      #expect(problems.isEmpty, sourceLocation: sourceLocation)
      let value = message.bytes.withUnsafeBytes { try? JSONValue(parsing: $0) }
      #expect(value != nil, "not JSON", sourceLocation: sourceLocation)
      return value ?? .null
    }
  }
}

extension JSONValue {
  init(_ text: String) throws { self = try JSONValue(parsing: text) }

  var errorCode: Int? { self["error"]?["code"]?.integer }
  var result: JSONValue? { self["result"] }
  /// The text of the first block of a tool's result.
  var firstText: String { self["result"]?["content"]?[0]?["text"]?.string ?? "" }
  var isToolError: Bool { self["result"]?["isError"]?.bool ?? false }
  var structured: JSONValue? { self["result"]?["structuredContent"] }
}
