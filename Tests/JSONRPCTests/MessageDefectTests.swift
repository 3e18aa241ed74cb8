import JSONRPC
import Testing

@Suite struct MessageDefectTests {
  @Test(
    "each defect alone, and no other",
    arguments: [
      // Ids.
      (#"{"id":null,"method":"m"}"#, Message.Kind.request, MessageDefects.unreadableID),
      (#"{"id":1.0,"method":"m"}"#, .request, .unreadableID), (#"{"id":1e3,"method":"m"}"#, .request, .unreadableID),
      (#"{"id":true,"method":"m"}"#, .request, .unreadableID), (#"{"id":{},"method":"m"}"#, .request, .unreadableID),
      (#"{"method":"m","id":[1]}"#, .request, .unreadableID), (#"{"id":null,"result":1}"#, .response, .unreadableID),
      (#"{"result":1}"#, .response, .unreadableID), (#"{"id":1.5,"result":1}"#, .response, .unreadableID),
      (#"{"id":false,"error":{}}"#, .response, .unreadableID),
      // An error about an unreadable message has no id: no defect.
      (#"{"error":{}}"#, .response, []), (#"{"id":null,"error":{}}"#, .response, []),
      // Kinds.
      (#"{"id":1,"method":"m","result":1}"#, .request, .ambiguousKind),
      (#"{"method":"m","error":1}"#, .notification, .ambiguousKind),
      (#"{"id":1,"result":1,"error":{}}"#, .response, .ambiguousKind),
      (#"{"id":1,"error":{},"result":null}"#, .response, .ambiguousKind),
      (#"{"method":7,"id":1}"#, .invalid, .notAMessage), (#"{"method":null}"#, .invalid, .notAMessage),
      (#"{"method":["m"]}"#, .invalid, .notAMessage), (#"{"method":{"method":"m"},"id":1}"#, .invalid, .notAMessage),
      (#"{}"#, .invalid, .notAMessage), (#"{"id":1}"#, .invalid, .notAMessage),
      (#"{"params":{}}"#, .invalid, .notAMessage),
      (#""method""#, .invalid, .notAMessage), ("1", .invalid, .notAMessage), ("null", .invalid, .notAMessage),
      // Folded names.
      (#"{"Method":"m"}"#, .invalid, [.notAMessage, .foldedMember]),
      (#"{"method":"m","ID":1}"#, .notification, .foldedMember),
      (#"{"method":"m","param\#u{17F}":1}"#, .notification, .foldedMember),
      (#"{"method":"m","Re\u017FULT":1}"#, .notification, .foldedMember),
      (#"{"method":"m","JsonRPC":1}"#, .notification, .foldedMember),
      (#"{"method":"m","\u0049d":1}"#, .notification, .foldedMember),
      (#"{"method":"m","Error":1}"#, .notification, .foldedMember),
      // These fold to nothing that is reserved.
      ("{\"method\":\"m\",\"\u{131}d\":1}", .notification, []),
      ("{\"method\":\"m\",\"\u{130}d\":1}", .notification, []),
      (#"{"method":"m","id ":1,"ids":1,"param":1}"#, .notification, []),
      ("{\"method\":\"m\",\"\u{FF49}d\":1}", .notification, []),
      (#"{"method":"m","params":{"ID":1,"Method":2}}"#, .notification, []),
      // What the scanner notices.
      (#"{"method":"m","method":"m"}"#, .notification, .duplicateMember),
      (#"{"method":"m","m\u0065thod":"m"}"#, .notification, .duplicateMember),
      (#"{"method":"m","params":[{"a":1,"a":1}]}"#, .notification, .duplicateMember),
      (#"{"method":"m","params":"\ud800"}"#, .notification, .unpairedSurrogate),
      (#"{"method":"m\udc00"}"#, .notification, .unpairedSurrogate),
    ] as [(String, Message.Kind, MessageDefects)])
  func defects(text: String, kind: Message.Kind, defects: MessageDefects) throws {
    let message = try MessageDecoderTests.single(text)
    #expect(message.kind == kind)
    #expect(message.defects == defects)
  }

  @Test("an id that cannot be read is told from one that is absent or null")
  func identifiers() throws {
    #expect(try MessageDecoderTests.single(#"{"method":"m"}"#).id == .absent)
    #expect(try MessageDecoderTests.single(#"{"method":"m","id":null}"#).id == .null)
    #expect(try MessageDecoderTests.single(#"{"method":"m","id":0.5}"#).id == .unreadable)
    #expect(try MessageDecoderTests.single(#"{"method":"m","id":"0.5"}"#).requestID != nil)
    let long = String(repeating: "x", count: RequestID.maximumLength + 1)
    let message = try MessageDecoderTests.single("{\"method\":\"m\",\"id\":\"\(long)\"}")
    #expect(message.id == .unreadable)
    #expect(message.defects == .unreadableID)
  }

  @Test("of duplicate members the last counts, as for most peers")
  func lastCounts() throws {
    let text = #"{"id":1,"id":2,"method":"a","method":"b","params":1,"params":2}"#
    let message = try MessageDecoderTests.single(text)
    #expect(message.requestID == RequestID(number: "2"))
    #expect(message.method == "b")
    #expect(slice(text, message.params) == "2")
    #expect(try MessageDecoderTests.single(#"{"method":"a","method":7}"#).kind == .invalid)
    #expect(try MessageDecoderTests.single(#"{"method":7,"method":"a"}"#).method == "a")
    #expect(try MessageDecoderTests.single(#"{"method":"a","id":1,"id":{}}"#).id == .unreadable)
  }

  @Test("a method name of 256 bytes is kept, a longer one is cut and marked")
  func methodLength() throws {
    let fits = String(repeating: "m", count: Message.maximumMethodLength)
    #expect(try MessageDecoderTests.single("{\"method\":\"\(fits)\"}").method == fits)
    #expect(try MessageDecoderTests.single("{\"method\":\"\(fits)\"}").defects == [])
    let long = try MessageDecoderTests.single("{\"method\":\"\(fits)x\",\"id\":1}")
    #expect(long.defects == .methodTooLong)
    #expect(long.kind == .request)
    #expect((long.method?.utf8.count ?? 1000) <= Message.maximumMethodLength)
  }

  @Test("the length of a method counts what it decodes to, not how it is spelled")
  func escapedMethodLength() throws {
    let escaped = String(repeating: "\\u006d", count: Message.maximumMethodLength)
    let message = try MessageDecoderTests.single("{\"method\":\"\(escaped)\"}")
    #expect(message.method == String(repeating: "m", count: Message.maximumMethodLength))
    #expect(message.defects == [])
    #expect(try MessageDecoderTests.single("{\"method\":\"\(escaped)\\u006d\"}").defects == .methodTooLong)
  }
}
