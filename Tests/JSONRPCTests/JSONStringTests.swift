import JSONRPC
import Testing

@Suite struct JSONStringTests {
  /// Lends the bytes of a literal without quotation marks, with its string.
  private static func with<Result>(
    _ literal: String, _ body: (JSONString, UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let text = Array("[\"\(literal)\"]".utf8)
    let string = JSONString(start: 2, end: text.count - 2, hasEscapes: literal.contains("\\"))
    return try text.withUnsafeBytes { try body(string, $0) }
  }

  @Test("every escape of the grammar is decoded")
  func escapes() {
    let decoded = Self.with(#"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00"#) { $0.value(in: $1) }
    #expect(Array(decoded.utf8) == Array("\"\\/\u{8}\u{C}\n\r\tAé€😀".utf8))
  }

  @Test("every code unit as an escape", arguments: [false, true])
  func everyCodeUnit(upper: Bool) {
    for unit in UInt16.min...UInt16.max {
      let literal = String(decoding: JSONGenerator.escape(unit, upper: upper), as: UTF8.self)
      let expected = Unicode.Scalar(unit) ?? "\u{FFFD}"
      let decoded = Self.with(literal) { $0.value(in: $1) }
      guard decoded.utf8.elementsEqual(String(expected).utf8) else {
        Issue.record("\(literal) was read as \(decoded.unicodeScalars.map(\.value))")
        continue
      }
    }
  }

  @Test("decode appends, and never writes more than the literal is long")
  func appends() {
    for literal in [#"a\nb"#, #"\ud800\ud800"#, "plain", #"\u0000"#, ""] {
      Self.with(literal) { string, text in
        var output: [UInt8] = [0x3E]
        string.decode(from: text, into: &output)
        #expect(output.first == 0x3E)
        #expect(output.count - 1 <= literal.utf8.count)
        #expect(String(decoding: output.dropFirst(), as: UTF8.self) == string.value(in: text))
      }
    }
  }

  @Test("equals compares the decoded text, byte for byte")
  func equals() {
    #expect(Self.with("id") { $0.equals("id", in: $1) })
    #expect(Self.with(#"\u0069d"#) { $0.equals("id", in: $1) })
    #expect(Self.with("") { $0.equals("", in: $1) })
    #expect(!Self.with("i") { $0.equals("id", in: $1) })
    #expect(!Self.with("idx") { $0.equals("id", in: $1) })
    #expect(!Self.with(#"id\u0000"#) { $0.equals("id", in: $1) })
    #expect(!Self.with("\u{212A}") { $0.equals("K", in: $1) })
    #expect(!Self.with(#"\u212a"#) { $0.equals("K", in: $1) })
  }

  @Test("random strings in random spelling decode to themselves", arguments: UInt64(1)...4)
  func random(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<1000 {
      let value = generator.string()
      var literal: [UInt8] = []
      generator.spellString(value, &literal)
      let parsed = try literal.withUnsafeBytes { try JSONValue(parsing: $0) }
      #expect(parsed.string.map { Array($0.utf8) } == Array(value.utf8))
    }
  }
}
