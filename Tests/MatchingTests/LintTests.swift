import Testing

@testable import Matching

@Suite("Lint")
struct LintTests {
  @Test(
    "passes patterns with a rare literal at bounded distance",
    arguments: [
      "(?i)\\bignore\\s+previous", "ghp_[A-Za-z0-9]{36}", "\\s*BEGIN KEY", "[a-z]+://evil",
      "(?:curl|wget)\\s[^|]{0,90}\\|", "x{0,9}foobar",
    ])
  func clean(expression: String) throws {
    #expect(lint(try Pattern(expression)) == [])
  }

  @Test(
    "names what makes a pattern dear",
    arguments: [
      ("\\d{3}-\\d{2}", PatternLint.noRequiredLiteral), ("ab", .noRequiredLiteral), ("[a-z]{4,}", .noRequiredLiteral),
      ("^\\s*SYSTEM", .literalAtUnboundedDistance), ("a*", .refused(.matchesEmpty)),
      ("needle(?:a.{0,9}b)*", .gapInUnboundedRepetition),
    ])
  func findings(expression: String, finding: PatternLint) throws {
    #expect(lint(try Pattern(expression)).contains(finding))
  }

  @Test("a literal of ordinary text is common")
  func common() throws {
    let findings = lint(try Pattern("the "))
    guard case .commonLiteral(let count) = findings.first else {
      Issue.record("no finding")
      return
    }
    #expect(count > PatternLint.mostOccurrences)
  }
}
