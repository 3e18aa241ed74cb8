import JSONRPC
import Testing

@Suite struct JSONValueTests {
  @Test("a random value in any spelling is read back equal", arguments: UInt64(1)...4)
  func roundTrip(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<500 {
      let value = generator.value()
      let spelled = generator.spell(value)
      let parsed = try spelled.withUnsafeBytes { try JSONValue(parsing: $0) }
      #expect(parsed == value)
      #expect(try JSONValue(parsing: parsed.text) == value)
      #expect(try JSONValue(parsing: parsed.text).text == parsed.text)
    }
  }

  @Test("members keep their order and numbers their literal")
  func keepsOrderAndLiterals() throws {
    let text = #"{"z":1.0,"a":[1e3,-0,9007199254740993],"m":{}}"#
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test("a duplicate name is refused, at any level", arguments: [#"{"a":1,"a":1}"#, #"[[{"a":1,"\u0061":2}]]"#])
  func duplicate(text: String) {
    #expect(throws: JSONValueError.duplicateMember) { try JSONValue(parsing: text) }
  }

  @Test("bytes that are not UTF-8 are refused")
  func invalidUTF8() {
    #expect(throws: JSONValueError.invalidUTF8) {
      try ([0x22, 0x80, 0x22] as [UInt8]).withUnsafeBytes { try JSONValue(parsing: $0) }
    }
  }

  @Test("a syntax error carries the scanner's")
  func syntax() {
    #expect(throws: JSONValueError.syntax(JSONSyntaxError(.unexpectedByte, at: 3))) { try JSONValue(parsing: "[1,]") }
  }

  @Test("the accessors answer for their kind only")
  func accessors() throws {
    let value = try JSONValue(parsing: #"{"s":"x","n":42,"f":1.5,"a":[true,null]}"#)
    #expect(value["s"]?.string == "x")
    #expect(value["n"]?.integer == 42)
    #expect(value["f"]?.integer == nil)
    #expect(value["s"]?.integer == nil)
    #expect(value["n"]?.string == nil)
    #expect(value["a"]?.elements?.count == 2)
    #expect(value["a"]?[0] == .bool(true))
    #expect(value["a"]?[2] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["missing"] == nil)
    #expect(value[0] == nil)
    #expect(JSONValue.null["x"] == nil)
  }

  @Test("names and strings are compared by their characters as sent, not by canonical equivalence")
  func canonicalEquivalence() throws {
    let value = try JSONValue(parsing: "{\"\u{212A}\":1}")
    #expect(value["K"] == nil)
    #expect(value["\u{212A}"] == .number("1"))
    #expect(JSONValue.string("é") != JSONValue.string("e\u{301}"))
  }

  @Test("values that are written differently are different")
  func equality() {
    #expect(JSONValue.number("1") != JSONValue.number("1.0"))
    #expect(JSONValue.string("1") != JSONValue.number("1"))
    #expect(JSONValue.object([("a", .null), ("b", .null)]) != JSONValue.object([("b", .null), ("a", .null)]))
    #expect(JSONValue.array([]) != JSONValue.object([]))
  }

  @Test("the deepest text that is accepted can be read, compared and written")
  func deep() throws {
    let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    let value = try JSONValue(parsing: text)
    #expect(value.text == text)
    #expect(value == value)
  }
}
