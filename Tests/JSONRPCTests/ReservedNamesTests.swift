import JSONRPC
import Testing

@Suite struct ReservedNamesTests {
  private static let names = ReservedNames(["params", "task", "_meta", "nextCursor", "isError", "K"])

  /// The literal is written without quotation marks.
  private static func isDisguised(_ literal: String) -> Bool {
    let text = Array("\"\(literal)\"".utf8)
    let string = JSONString(start: 1, end: text.count - 1, hasEscapes: literal.contains("\\"))
    return text.withUnsafeBytes { names.isDisguised(string, in: $0) }
  }

  @Test(
    "another spelling of the same folding is a disguise",
    arguments: [
      "Params", "PARAMS", "param\u{17F}", "param\\u017f", "\\u0050arams", "tas\u{212A}", "ta\\u017F\\u212a", "_META",
      "nextcursor",
      "NEXTCURSOR", "i\u{17F}Error", "k", "\u{212A}", "NextCur\u{17F}or", "\\u0050\\u0041\\u0052\\u0041\\u004d\\u017f",
      "\\u212A",
    ])
  func disguised(literal: String) {
    #expect(Self.isDisguised(literal))
  }

  @Test(
    "the name itself, in any escape, is no disguise",
    arguments: [
      "params", "\\u0070arams", "\\u0070\\u0061\\u0072\\u0061\\u006d\\u0073", "task", "_meta", "nextCursor", "isError",
      "K",
    ])
  func exact(literal: String) {
    #expect(!Self.isDisguised(literal))
  }

  @Test(
    "other names are no disguise: simple folding does not reach them",
    arguments: [
      "", "param", "params ", " params", "params\\u0000", "paramss", "par\u{E4}ms", "\u{131}sError", "\u{130}sError",
      "p\u{430}rams",
      "meta", "\u{FF50}arams", "ta\u{DF}k", "i\u{307}sError",
    ])
  func others(literal: String) {
    #expect(!Self.isDisguised(literal))
  }

  @Test("a very long name is no disguise")
  func long() {
    #expect(!Self.isDisguised(String(repeating: "params", count: 10_000)))
    #expect(!Self.isDisguised(String(repeating: "\\u0050", count: 10_000)))
  }

  @Test("without names nothing is reserved")
  func none() {
    let text = Array("\"a\"".utf8)
    let empty = ReservedNames([])
    text.withUnsafeBytes { raw in
      #expect(!empty.isDisguised(JSONString(start: 1, end: 2, hasEscapes: false), in: raw))
      #expect(!empty.isDisguised(JSONString(start: 1, end: 1, hasEscapes: false), in: raw))
    }
  }
}
