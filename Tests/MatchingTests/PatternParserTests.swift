import Testing

@testable import Matching

@Suite("Pattern syntax")
struct PatternParserTests {
  /// Whether an expression matches a whole text and nothing shorter at its start.
  private func matches(_ expression: String, _ text: String) throws -> Bool {
    let bytes = Array(text.utf8)
    let ends = ReferenceMatcher(text: bytes).ends(of: try Pattern(expression).node, from: [0])
    return ends.contains(bytes.count)
  }

  @Test(
    "accepts the RE2 subset",
    arguments: [
      ("abc", "abc"), ("a|b|cd", "cd"), ("(a)(?:b)(?P<n>c)(?<m>d)", "abcd"), ("a{2}b{1,}c{0,3}", "aabccc"),
      ("a*?b+?c??", "aabb"), ("(?i)AbC", "aBc"), ("(?i:a)b", "Ab"), ("a(?i)b|c", "C"), ("(?s).", "\n"),
      ("(?s-i:.)", "\n"), ("(?im)^a$", "A"), ("\\x41\\x{200B}\\n\\t", "A\u{200B}\n\t"), ("\\x{e9}", "é"),
      ("\\xe9", "é"),
      ("[]a]+", "]a"), ("[^]a]", "b"), ("[a\\]b-]+", "]-b"), ("[\\d\\s_]+", "1 _"), ("[^\\D]", "7"),
      ("[[:alpha:][:digit:]]+", "a1"),
      ("[[:^alpha:]]", "1"), ("[é-ü]", "ó"), ("[а-яё]+", "приём"), ("[\\x{1F600}-\\x{1F64F}]", "😀"),
      ("\\Qa.b*\\E+", "a.b**"),
      ("a{,2}", "a{,2}"), ("a{x}", "a{x}"), ("x{", "x{"), ("]}", "]}"), ("\\.\\*\\-\\/\\@", ".*-/@"),
      ("\\101\\07", "A\u{07}"),
      ("[\\x{200B}-\\x{200F}\\x{2060}]", "\u{200E}"), ("\\z", ""), ("a||b", ""), ("(|a)", "a"), ("😀{2}", "😀😀"),
      ("\\S\\W\\D", "a-b"), ("[^\\n]{3}", "é1"), ("(?U)a+", "aa"), ("\\a\\f\\v\\r", "\u{07}\u{0C}\u{0B}\r"),
    ])
  func accepts(expression: String, text: String) throws {
    #expect(try matches(expression, text))
  }

  @Test(
    "does not match what the expression excludes",
    arguments: [
      (".", "\n"), ("[^a]", "a"), ("(?i:a)b", "AB"), ("\\s", "\u{0B}"), ("\\w", "é"), ("(?i)é", "É"), ("[а-я]", "Я"),
      ("a{2}", "a"), ("\\d", "٣"), ("[\\x{800}-\\x{FFFF}]", "\u{7FF}"), ("[\\x{80}-\\x{7FF}]", "\u{800}"),
      ("(?i)k", "\u{212A}"),
    ])
  func excludes(expression: String, text: String) throws {
    #expect(try !matches(expression, text))
  }

  @Test(
    "a range of code points matches exactly its members",
    arguments: [(0x7F, 0x83), (0x7FE, 0x802), (0xD7FE, 0xE001), (0xFFF0, 0x10010)])
  func codePointRanges(low: UInt32, high: UInt32) throws {
    let expression = "[\\x{\(String(low, radix: 16))}-\\x{\(String(high, radix: 16))}]"
    for value in (low - 3)...(high + 3) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(try matches(expression, String(Character(scalar))) == (low...high).contains(value))
    }
  }

  @Test(
    "refuses with the place and the reason",
    arguments: [
      ("a(b", 1, PatternError.Reason.unclosedGroup), ("ab)", 2, .unmatchedParenthesis), ("[a", 0, .unclosedClass),
      ("*a", 0, .nothingToRepeat), ("a**", 0, .repeatedQuantifier), ("é+++", 0, .repeatedQuantifier),
      ("x{3,2}", 1, .invalidRepeatRange),
      ("é{1001}", 2, .repeatCountTooLarge(limit: 1000)), ("(?=a)", 0, .lookAround), ("a(?<!b)", 1, .lookAround),
      ("(a)\\1", 3, .backReference),
      ("\\pL", 0, .unicodeProperty), ("\\y", 0, .invalidEscape), ("[z-a]", 1, .invalidRange),
      ("[^é]", 0, .nonASCIIInNegatedClass),
      ("\\", 1, .unexpectedEnd), ("\\x{110000}", 0, .invalidCodePoint), ("(?q)", 0, .invalidGroup),
      ("[^\\w\\W]", 0, .emptyClass),
      ("\\Z", 0, .invalidEscape), ("\\xg", 0, .invalidEscape), ("(?i", 0, .unclosedGroup), ("{2}", 0, .nothingToRepeat),
    ])
  func refuses(expression: String, offset: Int, reason: PatternError.Reason) {
    #expect(throws: PatternError(offset: offset, reason: reason)) { try Pattern(expression) }
  }

  @Test("bounds the length and the nesting of an expression")
  func bounds() {
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 1025)) }
    #expect(throws: PatternError.self) {
      try Pattern(String(repeating: "(", count: 101) + String(repeating: ")", count: 101))
    }
  }

  @Test("random bytes as expressions never trap", arguments: 0..<4)
  func randomExpressions(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "(", ")", "[", "]", "^", "\\", "a", "-", "{", "}", "1", ",", "?", "*", "|", ":", "Q", "x", "é", "[:", "P<", "i",
      "\\E",
    ]
    for _ in 0..<2000 {
      let expression = (0..<Int.random(in: 0...12, using: &random)).map { _ in random.pick(pieces) }.joined()
      if let pattern = try? Pattern(expression) { #expect(pattern.minimumLength >= 0) }
    }
  }

  @Test("a literal pattern has no syntax")
  func literal() {
    let reference = ReferenceMatcher(text: Array("a.B(é".utf8))
    #expect(reference.ends(of: Pattern(literal: "a.B(é").node, from: [0]) == [6])
    #expect(reference.ends(of: Pattern(literal: "A.b(é", caseInsensitive: true).node, from: [0]) == [6])
    #expect(reference.ends(of: Pattern(literal: "A.b(é").node, from: [0]).isEmpty)
  }
}
