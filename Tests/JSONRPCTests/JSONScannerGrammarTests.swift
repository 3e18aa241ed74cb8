import JSONRPC
import Testing

/// RFC 8259, section by section.
@Suite struct JSONScannerGrammarTests {
  @Test(
    "a number of the grammar is accepted",
    arguments: [
      "0", "-0", "7", "10", "-12", "9007199254740993", "0.0", "-0.5", "1.25", "100.001", "0e0", "1e1", "1E1", "1e+1",
      "1E-1",
      "0.1e+09", "-3.0E000", "1e400", "-1e-400", "123456789012345678901234567890123456789012345678901234567890",
    ])
  func numbers(text: String) {
    #expect(accepts(text))
    #expect(accepts("[\(text)]"))
    #expect(accepts("{\"n\":\(text) }"))
  }

  @Test(
    "what is not a number of the grammar is refused",
    arguments: [
      "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1E-", "1e1.5", "0x1F", "1_000", "1,000",
      "--1",
      "1-", "1+1", "1.2.3", "1ee1", "NaN", "nan", "Infinity", "-Infinity", "inf", "1f", "1L", "١", "1 2", "0b1", "0o7",
    ])
  func notNumbers(text: String) {
    #expect(!accepts(text))
    #expect(text.contains(",") || !accepts("[\(text)]"))
    #expect(!accepts("{\"n\":\(text)}"))
  }

  @Test(
    "an escape of the grammar is accepted",
    arguments: [
      #"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#, #"\u0000"#, #"\u00e9"#, #"\u00E9"#,
      #"\uD83D\uDE00"#,
      #"\\u12"#, #"\\\""#,
    ])
  func escapes(text: String) {
    #expect(accepts("\"\(text)\""))
    #expect(accepts("{\"a\(text)b\":\"\(text)\"}"))
  }

  @Test(
    "any other escape is refused",
    arguments: [
      #"\a"#, #"\v"#, #"\0"#, #"\x41"#, #"\'"#, #"\U0041"#, #"\u"#, #"\u1"#, #"\u12"#, #"\u123"#, #"\u12G4"#,
      #"\u-123"#,
      #"\u 123"#, #"\u{41}"#, "\\\n", #"\"#,
    ])
  func wrongEscapes(text: String) {
    #expect(!accepts("\"\(text)\""))
    #expect(!accepts("[\"\(text)\", 1]"))
    #expect(!accepts("{\"\(text)\":1}"))
  }

  @Test("a raw control character in a string is refused at every position of a word", arguments: UInt8(0)...0x1F)
  func controlCharacters(byte: UInt8) {
    for length in 0..<20 {
      let padding = [UInt8](repeating: 0x61, count: length)
      let text: [UInt8] = [0x22] + padding + [byte] + padding + [0x22]
      #expect(scan(text) == .failure(JSONSyntaxError(.controlCharacter, at: length + 1)))
    }
  }

  @Test("every other byte of valid UTF-8 may stand in a string")
  func plainCharacters() {
    for value in UInt32(0x20)...0x2FF where value != 0x22 && value != 0x5C {
      let text = Unicode.Scalar(value).map { String($0) } ?? ""
      #expect(accepts("\"\(text)\""))
      #expect(accepts("\"abcdefg\(text)hijklmnop\""))
    }
    #expect(accepts("\"\u{2028}\u{2029}\u{FEFF}\u{FFFF}\u{10FFFF}\""))
  }

  @Test("four characters are white space, and no other")
  func whiteSpace() {
    #expect(accepts(" \t\n\r[ \t\n\r1 \t\n\r, \t\n\r{ \t\n\r\"a\" \t\n\r: \t\n\rnull \t\n\r} \t\n\r] \t\n\r"))
    for other in ["\u{B}", "\u{C}", "\u{0}", "\u{85}", "\u{A0}", "\u{2003}", "\u{2028}", "\u{200B}", "\u{FEFF}"] {
      #expect(!accepts("\(other)1"))
      #expect(!accepts("1\(other)"))
      #expect(!accepts("[1\(other),2]"))
    }
  }

  @Test(
    "other texts of the grammar are accepted",
    arguments: [
      "true", "false", "null", "\"\"", "[]", "{}", "[ ]", "{ }", "[[],{}]", "[null,true,false,0,\"\"]",
      "{\"\":{\"\":[]}}",
    ])
  func values(text: String) {
    #expect(accepts(text))
  }

  @Test(
    "what only looks like JSON is refused",
    arguments: [
      "", " ", "[", "]", "{", "}", "[}", "{]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "{,}", "{\"a\"}",
      "{\"a\":}", "{\"a\":1,}", "{\"a\":1,,}", "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{'a':1}", "{1:2}", "{null:1}",
      "{\"a\":1",
      "{\"a\":1]", "[\"a\":1]", "{\"a\":1 \"b\":2}", "\"", "\"a", "'a'", "a", "tru", "truee", "True", "nul", "NULL",
      "undefined",
      "fals", "[tru]", "1 1", "[] []", "{}{}", "[1]]", "{}}", "[1]//x", "/*x*/1", "[1/*x*/]", "#1", "[1];", "1,", "()",
      "{[]:1}",
      "\u{FEFF}1", "\u{FEFF}", " \u{FEFF}1", "1\u{0}", ":", ",", "\"a\" : 1", "[1:2]", "`a`", "[...]", "{\"a\":1}\u{1}",
    ])
  func notJSON(text: String) {
    #expect(!accepts(text))
  }

  @Test("every proper prefix of an object is refused")
  func prefixes() {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n"],"b":{"c":null},"d":true}"#.utf8)
    for length in 0..<text.count {
      guard case .failure = scan(Array(text[..<length])) else {
        Issue.record("a prefix of \(length) bytes was accepted")
        continue
      }
    }
    #expect((try? scan(text).get()) != nil)
  }
}
