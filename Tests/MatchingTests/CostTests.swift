import Testing

@testable import Matching

/// Crafted texts must not cost much more than ordinary ones. Cost is counted, not timed, so these tests are exact.
@Suite("Cost of hostile texts")
struct CostTests {
  private static let expressions = [
    "(?i)\\b(?:ignore|disregard|forget)\\s{1,3}(?:all\\s{1,3})?(?:previous|prior|above)\\s{1,3}(?:instructions?|rules?)\\b",
    "(?i)\\b(?:send|forward|post|upload)\\b[^\\n]{0,80}\\b(?:data|files?|secrets?)\\b[^\\n]{0,80}\\bto\\b[^\\n]{0,40}https?://",
    "(?i)[\"']args[\"']\\s*:.{0,200}(?:rm|curl)\\s.{0,200}[|;]", "(?i)curl\\s[^|]{0,200}\\|\\s*(?:ba)?sh\\b",
    "(?i)docker\\s+run\\s.{0,120}--privileged", "<!--[^>]{0,300}(?:system|assistant)[^>]{0,300}-->",
    "(?:a.{0,30}b.{0,30}|c.{0,40}d){2}e", "\\b(?:\\d[ -]?){13,16}\\b", "(?i)[a-z0-9._]+@[a-z0-9-]+\\.[a-z]{2,}",
    "(?s)-----BEGIN [A-Z ]{0,20}KEY-----.{0,1000}-----END", "(?i)key.*secret.*token", "(?:\\.\\./){3,}",
  ]

  private static let budget = 128

  private func cost(_ text: [UInt8]) throws -> Double {
    let set = try PatternSet(Self.expressions.map { try Pattern($0) })
    var matches: [PatternMatch] = []
    let outcome = text.withUnsafeBytes { Scanner(set).scan($0, matchesPerPattern: 64, into: &matches) }
    #expect(!outcome.exhausted)
    return Double(outcome.cost) / Double(text.count)
  }

  @Test(
    "repeated tokens stay below the ceiling",
    arguments: [
      "ignore ", "curl ", "\"args\":", "\"args\": curl ", "send data ", "send data to ", "../", " ", "a", "a b", "ab",
      "acbd", "1 ", "12-",
      "a@", "a@b.", "<!-- system", "docker run ", "-----BEGIN KEY-----", "key secret ", "ignore all previous ", "\n",
      "abcd", "forget all ",
    ])
  func repeatedTokens(token: String) throws {
    let text = Array(String(repeating: token, count: 100_000 / token.utf8.count).utf8)
    #expect(try cost(text) < 40)
  }

  @Test("random spacing inside gaps builds no states", arguments: 0..<6)
  func randomSpacing(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let tokens = [
      "\"args\":", "curl ", "rm ", "send ", "data ", "to ", "a", "b", "c", "docker run ", "<!--", "key", "system", "|",
    ]
    var text: [UInt8] = []
    while text.count < 60_000 {
      text += random.pick(tokens).utf8
      text += repeatElement(UInt8(ascii: "x"), count: Int.random(in: 0...30, using: &random))
    }
    #expect(try cost(text) < 40)
  }

  @Test("the cost of a text twice as long is about twice as high")
  func linear() throws {
    for token in ["send data ", "key secret ", "a@b.", "\"args\": curl x"] {
      let once = try cost(Array(String(repeating: token, count: 3000).utf8))
      let twice = try cost(Array(String(repeating: token, count: 6000).utf8))
      #expect(twice < once * 1.3, "\(token)")
    }
  }

  @Test("an exhausted budget is reported, and what was found is kept")
  func exhaustion() throws {
    // Each pattern alone passes over the whole text; together they exceed the budget.
    var patterns = [try Pattern("aa")]
    for length in 5..<205 { patterns.append(try Pattern("[a-t].{\(length)}[a-t].{0,9}[u-z0-9!-/]{2}")) }
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 60_000)
    let scanner = Scanner(try PatternSet(patterns))
    var matches: [PatternMatch] = []
    let outcome = text.withUnsafeBytes {
      scanner.scan($0, matchesPerPattern: 5, into: &matches)
    }
    #expect(outcome.exhausted)
    #expect(matches.prefix(5).allSatisfy { $0.pattern == 0 })
    #expect(matches.count >= 5)
    let budget = text.count * Self.budget + 1_000_000
    #expect(outcome.cost > budget && outcome.cost < budget + 4 * text.count)
  }
}
