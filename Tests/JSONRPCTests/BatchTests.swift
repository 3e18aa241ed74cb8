import JSONRPC
import Testing

@Suite struct BatchTests {
  private static func batch(_ text: String) throws -> [Message] {
    guard case .batch(let messages) = try decode(text) else {
      Issue.record("no batch")
      return []
    }
    return messages
  }

  @Test("each element is a message with its own range")
  func elements() throws {
    let text = #" [ {"id":1,"method":"a"} , {"method":"b","params":[1]},{"result":{},"id":"x"} ] "#
    let messages = try Self.batch(text)
    #expect(messages.map(\.kind) == [.request, .notification, .response])
    #expect(messages.map(\.method) == ["a", "b", nil])
    #expect(slice(text, messages.last?.range) == #"{"result":{},"id":"x"}"#)
    #expect(slice(text, messages[1].params) == "[1]")
    #expect(messages.allSatisfy { $0.defects == [] })
  }

  @Test("an empty array is an empty batch", arguments: ["[]", " [ ] "])
  func empty(text: String) throws {
    #expect(try Self.batch(text).isEmpty)
  }

  @Test("elements that are no objects are no messages")
  func scalars() throws {
    let text = #"[1,"method",null,true,[],[{"id":1,"method":"m"}],{}]"#
    let messages = try Self.batch(text)
    #expect(messages.count == 7)
    for message in messages {
      #expect(message.kind == .invalid)
      #expect(message.defects == .notAMessage)
      #expect(message.requestID == nil)
    }
    #expect(
      messages.map { slice(text, $0.range) } == [
        "1", "\"method\"", "null", "true", "[]", #"[{"id":1,"method":"m"}]"#, "{}",
      ])
  }

  @Test("a defect belongs to its element")
  func defects() throws {
    let messages = try Self.batch(
      #"[{"method":"a","method":"a"},{"method":"b"},{"method":"c","ID":1},[{"a":1,"a":1}],{"method":"\ud800"}]"#)
    #expect(
      messages.map(\.defects) == [
        .duplicateMember, [], .foldedMember, [.notAMessage, .duplicateMember], .unpairedSurrogate,
      ])
  }

  @Test("the same name in two elements is no duplicate")
  func namesOfElements() throws {
    #expect(try Self.batch(#"[{"method":"a"},{"method":"b"}]"#).allSatisfy { $0.defects == [] })
  }

  @Test("a batch of the greatest length is read, a longer one is refused")
  func length() throws {
    func text(_ count: Int) -> String { "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]" }
    #expect(try Self.batch(text(MessageDecoder.maximumBatchLength)).count == MessageDecoder.maximumBatchLength)
    let tooLong = text(MessageDecoder.maximumBatchLength + 1)
    #expect(throws: JSONSyntaxError(.batchTooLong, at: tooLong.utf8.count - 2)) { try decode(tooLong) }
    #expect(throws: JSONSyntaxError.self) { try decode(text(MessageDecoder.maximumBatchLength * 3)) }
  }

  @Test("a long array inside a message is no batch")
  func longParams() throws {
    let list = Array(repeating: "0", count: MessageDecoder.maximumBatchLength + 5).joined(separator: ",")
    #expect(try MessageDecoderTests.single("{\"method\":\"m\",\"params\":[\(list)]}").defects == [])
  }
}
