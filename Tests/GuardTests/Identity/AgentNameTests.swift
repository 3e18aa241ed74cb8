import Testing

@testable import Guard

@Suite struct AgentNameTests {
  @Test(
    "letters, digits, point, underscore and hyphen make a name",
    arguments: ["a", "Z9", "7", "research-agent", "a.b_c-d", String(repeating: "x", count: 64)])
  func accepts(text: String) throws {
    #expect(try #require(AgentName(text)).description == text)
  }

  @Test(
    "what could be a path, a second spelling or a control sequence is no name",
    arguments: [
      "", ".", "..", "-a", "_a", ".hidden", "a/b", "a\\b", "a b", "a\n", "a\0", "\u{212A}elvin", "é", "a\u{301}",
      "агент", String(repeating: "x", count: 65),
    ])
  func refuses(text: String) {
    #expect(AgentName(text) == nil)
  }

  @Test("names differ by case")
  func isCaseSensitive() {
    #expect(AgentName("a") != AgentName("A"))
  }
}
