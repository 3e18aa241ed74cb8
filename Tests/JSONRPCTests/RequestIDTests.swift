import JSONRPC
import Testing

@Suite struct RequestIDTests {
  private static func id(_ literal: String) throws -> RequestID? {
    guard case .single(let message) = try decode("{\"id\":\(literal),\"method\":\"m\"}") else { return nil }
    return message.requestID
  }

  @Test(
    "strings and integers are ids, and keep their literal",
    arguments: [
      "1", "0", "-0", "-7", "9007199254740993", "123456789012345678901234567890", "\"\"", "\"1\"", #""a\u0062\n""#,
    ])
  func readable(literal: String) throws {
    #expect(try Self.id(literal)?.literal == literal)
  }

  @Test(
    "everything else is no id", arguments: ["1.0", "1e3", "1E0", "-0.0", "true", "false", "null", "[]", "[1]", "{}"])
  func unreadable(literal: String) throws {
    #expect(try Self.id(literal) == nil)
  }

  @Test("a number and a string of the same digits are different ids")
  func kinds() throws {
    let (number, string) = (try Self.id("1"), try Self.id("\"1\""))
    #expect(number?.kind == .number)
    #expect(string?.kind == .string)
    #expect(number != string)
    #expect(Set([number, string]).count == 2)
  }

  @Test("two spellings of one string are one id")
  func spellings() throws {
    let (plain, escaped) = (try Self.id("\"ab/\""), try Self.id(#""\u0061b\/""#))
    #expect(plain == escaped)
    #expect(Set([plain, escaped]).count == 1)
    #expect(plain?.literal != escaped?.literal)
    #expect(escaped?.value == "ab/")
  }

  @Test("minus zero is zero, and its reply keeps the sign")
  func minusZero() throws {
    #expect(try Self.id("-0") == Self.id("0"))
    #expect(try Self.id("-0")?.literal == "-0")
  }

  @Test("large integers differ in their last digit")
  func largeIntegers() throws {
    #expect(try Self.id("9007199254740993") != Self.id("9007199254740992"))
  }

  @Test("strings that Unicode calls equivalent are different ids, because peers compare code points")
  func canonicalEquivalence() throws {
    for (first, second) in [("é", "e\u{301}"), ("K", "\u{212A}"), (";", "\u{37E}")] {
      let ids = [try Self.id("\"\(first)\""), try Self.id("\"\(second)\"")]
      #expect(ids[0] != ids[1])
      #expect(Set(ids).count == 2)
    }
  }

  @Test("an id of the greatest length is kept, a longer one is not")
  func length() throws {
    let (fits, long) = (String(repeating: "7", count: 1024), String(repeating: "7", count: 1025))
    #expect(try Self.id(fits)?.value == fits)
    #expect(try Self.id(long) == nil)
    #expect(try Self.id("\"\(fits)\"")?.value == fits)
    #expect(try Self.id("\"\(long)\"") == nil)
  }
}
