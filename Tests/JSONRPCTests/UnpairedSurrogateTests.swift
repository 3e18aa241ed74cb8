import JSONRPC
import Testing

@Suite struct UnpairedSurrogateTests {
  @Test(
    "half a surrogate pair is reported and read as U+FFFD",
    arguments: [
      (#"\ud800"#, "\u{FFFD}"), (#"\uDFFF"#, "\u{FFFD}"), (#"\udc00\ud800"#, "\u{FFFD}\u{FFFD}"),
      (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"), (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"),
      (#"\ud83d\n\ude00"#, "\u{FFFD}\n\u{FFFD}"),
      (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\\ude00"#, "\u{FFFD}\\ude00"), (#"\ud800\ud83d\ude00"#, "\u{FFFD}😀"),
      (#"\ud83d\ude00\ude00"#, "😀\u{FFFD}"), (#"a\ud83d"#, "a\u{FFFD}"), (#"\ud83d "#, "\u{FFFD} "),
    ])
  func unpaired(literal: String, value: String) throws {
    let text = Array("\"\(literal)\"".utf8)
    #expect(try scan(text).get().unpairedSurrogate)
    #expect(try JSONValue(parsing: "\"\(literal)\"") == .string(value))
  }

  @Test("half a pair in a member name is reported too")
  func inName() throws {
    #expect(try scan(#"{"\ud800":1}"#).get().unpairedSurrogate)
  }

  @Test(
    "pairs and what only looks like an escape are not reported",
    arguments: [
      (#"\ud83d\ude00"#, "😀"), (#"\uD83D\uDE00"#, "😀"), (#"\ud800\udc00"#, "\u{10000}"),
      (#"\udbff\udfff"#, "\u{10FFFF}"),
      (#"\ud7ff\ue000"#, "\u{D7FF}\u{E000}"), (#"\\ud800"#, #"\ud800"#), (#"\\\\udc00"#, #"\\udc00"#),
      (#"\ufffd"#, "\u{FFFD}"),
      (#"x\ud83d\ude00y\ud83d\ude00"#, "x😀y😀"),
    ])
  func paired(literal: String, value: String) throws {
    #expect(try !scan("\"\(literal)\"").get().unpairedSurrogate)
    #expect(try JSONValue(parsing: "\"\(literal)\"") == .string(value))
  }
}
