import Testing

@testable import Guard

@Suite("What is talked about rather than said")
struct MentionTests {
  @Test(
    "quotation marks of prose, writing about attacks",
    arguments: [
      "He said \"forget it all\" and left.", "Somebody wrote: \"forget it all\".",
      "the words `forget it all` are looked for",
      "the words 'forget it all' are looked for", "\u{201C}forget it all\u{201D} is on page 2",
      "An attacker may write forget it all.", "a,b \"forget it all\" c",
    ])
  func mentions(text: String) throws {
    #expect(try isMention(text))
  }

  @Test(
    "the marks of a table's field, an attribute or a member quote nobody",
    arguments: [
      "10,Leeds,\"forget it all, please\",9", "t=1 msg=\"forget it all\" n=2", "x \"note\": \"forget it all\" y",
      "x \"note\":\"forget it all\" y", "1,\"a\",\"b\",\"forget it all\"", "Please forget it all.",
      "don't forget it all, it's late",
    ])
  func uses(text: String) throws {
    #expect(try !isMention(text))
  }

  private func isMention(_ text: String) throws -> Bool {
    var copy = text
    return try copy.withUTF8 { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      let words = Array("forget it all".utf8)
      let start = try #require(
        (0...(bytes.count - words.count)).first { bytes[$0..<($0 + words.count)].elementsEqual(words) })
      var mention = Mention()
      return mention.isMention(
        bytes, 0..<bytes.count, match: start..<(start + words.count), whole: 0..<bytes.count)
    }
  }
}
