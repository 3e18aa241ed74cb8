import JSONRPC
import Testing

@Suite struct MessageDecoderTests {
  static func single(_ text: String) throws -> Message {
    guard case .single(let message) = try decode(text) else {
      Issue.record("a batch")
      return Message(range: 0..<0)
    }
    return message
  }

  @Test("a request, whatever the order of its members")
  func request() throws {
    let members = [#""jsonrpc":"2.0""#, #""id":"a""#, #""method":"tools/call""#, #""params":{"name":"x","id":9}"#]
    for order in permutations(members) {
      let text = "{" + order.joined(separator: ",") + "}"
      let message = try Self.single(text)
      #expect(message.kind == .request)
      #expect(message.requestID == RequestID(string: "a", literal: "\"a\""))
      #expect(message.method == "tools/call")
      #expect(slice(text, message.params) == #"{"name":"x","id":9}"#)
      #expect(message.result == nil && message.error == nil)
      #expect(message.defects == [])
      #expect(message.range == 0..<text.utf8.count)
    }
  }

  @Test("a notification has a method and no id")
  func notification() throws {
    let message = try Self.single(#"{"method":"notifications/initialized"}"#)
    #expect(message.kind == .notification)
    #expect(message.id == .absent)
    #expect(message.params == nil)
    #expect(message.defects == [])
  }

  @Test("a response has a result or an error, of any type")
  func response() throws {
    for value in ["{}", "[1,[2]]", "null", "\"te\\nxt\"", "-1.5e3", "true"] {
      let result = "{\"id\":1,\"result\":\(value)}"
      #expect(try Self.single(result).kind == .response)
      #expect(try slice(result, Self.single(result).result) == value)
      let error = "{\"error\": \(value) ,\"id\":1}"
      #expect(try Self.single(error).kind == .response)
      #expect(try slice(error, Self.single(error).error) == value)
      #expect(try Self.single(error).defects == [])
    }
  }

  @Test("members of nested objects are none of the message's")
  func nested() throws {
    let text = #"{"id":1,"result":{"id":2,"method":"x","error":{"params":[]},"deep":[{"id":3}]}}"#
    let message = try Self.single(text)
    #expect(message.kind == .response)
    #expect(message.requestID == RequestID(number: "1"))
    #expect(message.method == nil && message.error == nil && message.params == nil)
    #expect(message.defects == [])
  }

  @Test("names are read after unescaping")
  func escapedNames() throws {
    let message = try Self.single(#"{"\u0069d":4,"m\u0065thod":"\u0070ing"}"#)
    #expect(message.kind == .request)
    #expect(message.requestID == RequestID(number: "4"))
    #expect(message.method == "ping")
    #expect(message.defects == [])
  }

  @Test("params may be of any type", arguments: ["[]", "[1]", "\"x\"", "null", "7", "{}"])
  func params(value: String) throws {
    let text = "{\"method\":\"m\",\"params\":\(value)}"
    #expect(try slice(text, Self.single(text).params) == value)
  }

  @Test("white space around the message belongs to its range")
  func whiteSpace() throws {
    let text = " \t{\"method\" : \"m\" , \"params\" : { } }\r "
    let message = try Self.single(text)
    #expect(message.range == 0..<text.utf8.count)
    #expect(slice(text, message.params) == "{ }")
  }

  @Test("what is not JSON holds no message", arguments: ["", "{", "{\"id\":1,}", "\u{FEFF}{}", "[1,]", "{}{}", "NaN"])
  func notJSON(text: String) {
    #expect(throws: JSONSyntaxError.self) { try decode(text) }
  }

  @Test("the decoder can be used again after an error")
  func reuse() throws {
    var decoder = MessageDecoder()
    #expect(throws: JSONSyntaxError.self) { try Array("{\"id\":[".utf8).withUnsafeBytes { try decoder.decode($0) } }
    let payload = try Array("{\"id\":1,\"method\":\"m\"}".utf8).withUnsafeBytes { try decoder.decode($0) }
    guard case .single(let message) = payload else {
      Issue.record("a batch")
      return
    }
    #expect(message.kind == .request && message.defects == [])
  }

  @Test("nesting is limited as the decoder was told")
  func depth() throws {
    var decoder = MessageDecoder(maximumDepth: 2)
    #expect(throws: Never.self) { try Array("{\"id\":{}}".utf8).withUnsafeBytes { try decoder.decode($0) } }
    #expect(throws: JSONSyntaxError(.tooDeep, at: 7)) {
      try Array("{\"id\":[[]]}".utf8).withUnsafeBytes { try decoder.decode($0) }
    }
  }
}

/// Every order of a short list.
func permutations<Element>(_ elements: [Element]) -> [[Element]] {
  guard !elements.isEmpty else { return [[]] }
  return elements.indices.flatMap { index in
    var rest = elements
    let first = rest.remove(at: index)
    return permutations(rest).map { [first] + $0 }
  }
}
