import Testing

@testable import Guard

enum CharacterCases {
  static let all = [tags, bidi, zeroWidth, mixedScript]

  static let tags = ValidatorCases(
    name: "hidden_tag_message",
    accepted: ["hello\u{E0068}\u{E0069}", "🏴\u{E0067}\u{E0062}\u{E0078}\u{E0079}\u{E007F}", "\u{E0041}"],
    refused: [
      "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
      "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} won", "hello", "\u{200B}",
    ])

  static let bidi = ValidatorCases(
    name: "bidi_override_in_code",
    accepted: [
      "if access != \u{202E}user\u{202C} {", "\u{2066}// note\u{2069}", "x = \u{202D}1", "name: \u{202B}admin\u{202C}",
    ],
    refused: ["plain", "מחיר \u{202B}(כולל מע״מ)\u{202C}", "שלום \u{2067}עולם\u{2069}", "مرحبا \u{202B}نص\u{202C}"])

  static let zeroWidth = ValidatorCases(
    name: "emoji_safe_zero_width",
    accepted: [
      "ig\u{200B}nore", "pass\u{2060}word", "a\u{200D}b", "a\u{FE0F}\u{FE00}\u{FE01}\u{FE02}b", "x\u{200C}y",
      "a\u{200E}b\u{200F}c",
    ],
    refused: [
      "👨\u{200D}👩\u{200D}👧", "❤️", "می\u{200C}خواهم", "क्\u{200D}ष", "ไทย\u{200B}มี", "plain", "\u{FEFF}text",
      "one\u{200E} mark",
    ])

  static let mixedScript = ValidatorCases(
    name: "mixed_script",
    accepted: ["p\u{0430}ypal.com", "\u{0440}assword", "G\u{03BF}\u{03BF}gle", "micros\u{043E}ft"],
    refused: ["Москва and Athens", "plain", "SQL-запрос", "µm and Δt", "Эта cистема", "α and β", "ünïcödé"])
}

@Suite struct CharacterValidatorTests {
  @Test("what belongs to a flag or an emoji is judged by what stands before the match")
  func surroundings() throws {
    let flag = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"
    #expect(try !accepts("hidden_tag_message", flag, match: "\u{E0065}\u{E006E}"))
    #expect(try !accepts("emoji_safe_zero_width", "👨\u{200D}👩", match: "\u{200D}"))
    #expect(try accepts("emoji_safe_zero_width", "pa\u{200D}ss", match: "\u{200D}"))
    #expect(try accepts("mixed_script", "log in at p\u{0430}ypal now", match: "\u{0430}"))
  }

  @Test("characters outside the match do not count")
  func outside() throws {
    #expect(try !accepts("hidden_tag_message", "plain \u{E0068}\u{E0069}", match: "plain"))
    #expect(try !accepts("emoji_safe_zero_width", "ig\u{200B}nore plain", match: "plain"))
    #expect(try !accepts("bidi_override_in_code", "\u{202E}abc\u{202C} plain", match: "plain"))
  }
}
