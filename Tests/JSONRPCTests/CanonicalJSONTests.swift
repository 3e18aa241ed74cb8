import Testing

@testable import JSONRPC

@Suite struct CanonicalJSONTests {
  private func canonical(
    _ text: String, without names: [String] = [], exact: Bool = false
  ) throws(CanonicalJSONError) -> String {
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBytes { bytes -> Result<[UInt8], CanonicalJSONError> in
      do throws(CanonicalJSONError) {
        return .success(try CanonicalJSON.text(of: bytes, without: names, requiringExactNumbers: exact))
      } catch {
        return .failure(error)
      }
    }
    return String(decoding: try result.get(), as: UTF8.self)
  }

  /// RFC 8785, appendix B: bits of a double and its text.
  @Test(
    "doubles are written as ECMAScript writes them",
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
      (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
      (0xc340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
      (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"), (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
      (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
      (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
      (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
      (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
      (0x41b3_de43_5555_5557, "333333333.33333343"), (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
      (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func numbers(bits: UInt64, text: String) throws {
    #expect(try canonical(Double(bitPattern: bits).description) == text)
    #expect(try canonical(text, exact: true) == text)
  }

  @Test("any double is read back from its text as the same double", arguments: UInt64(1)...4)
  func randomNumbers(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let text = try canonical(value.description)
      #expect(Double(text) == value)
      #expect(try canonical(text) == text)
      #expect(try JSONValue(parsing: text) == .number(text))
    }
  }

  @Test(
    "spellings of one number have one text",
    arguments: [
      ("1E30", "1e+30"), ("4.50", "4.5"), ("2e-3", "0.002"), ("0.000000000000000000000000001", "1e-27"),
      ("-0.0", "0"), ("0e5", "0"), ("10e-1", "1"), ("100", "100"), ("1.0e+2", "100"), ("0.1e1", "1"),
      ("123456789012345678901e0", "123456789012345680000"), ("1e-99999999999999999999", "0"),
    ])
  func spellings(literal: String, text: String) throws {
    #expect(try canonical(literal) == text)
  }

  @Test("numbers beyond a double are refused", arguments: ["1e309", "-1e99999999999999999999"])
  func tooLarge(literal: String) {
    #expect(throws: CanonicalJSONError.number) { try canonical(literal) }
  }

  @Test(
    "where numbers must be exact, those that a double changes are refused",
    arguments: [
      ("9007199254740993", false), ("9007199254740993.0", false), ("90071992547409930e-1", false),
      ("9007199254740992", true), ("0.1", true), ("1e2", true), ("0.1000000000000000055", false),
      ("333333333.33333329", false), ("333333333.3333333", true), ("12345678901234567890", false), ("1e-400", false),
      ("0e-400", true), ("-0", true),
    ])
  func exactNumbers(literal: String, isExact: Bool) throws {
    if isExact {
      #expect(try canonical(literal, exact: true) == canonical(literal))
    } else {
      #expect(throws: CanonicalJSONError.number) { try canonical(literal, exact: true) }
      #expect(throws: Never.self) { try canonical(literal) }
    }
  }

  @Test("names are sorted by their UTF-16 units, at every depth")
  func sorting() throws {
    let text = #"{"\u20ac":1,"\r":2,"\ufb33":{"b":1,"a":[{"d":0,"c":0}]},"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
    let expected =
      "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{F6}\":7,\"\u{20AC}\":1,\"\u{1F600}\":5,"
      + "\"\u{FB33}\":{\"a\":[{\"c\":0,\"d\":0}],\"b\":1}}"
    #expect(try Array(canonical(text).utf8) == Array(expected.utf8))
  }

  @Test("strings keep only the escapes that JSON demands, in their short form")
  func strings() throws {
    let text = #"["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\b\f\n\r\t\u007f\u2028"]"#
    let expected = #"["€$\u000f\nA'B\"\\\\\"/\b\f\n\r\t"# + "\u{7F}\u{2028}\"]"
    #expect(try Array(canonical(text).utf8) == Array(expected.utf8))
  }

  @Test("members are left out of the outermost object only")
  func without() throws {
    let text = #"{"_meta":{"a":1},"x":{"_meta":2},"\u005fmeta2":3}"#
    #expect(try canonical(text, without: ["_meta"]) == #"{"_meta2":3,"x":{"_meta":2}}"#)
    #expect(try canonical(#"["_meta"]"#, without: ["_meta"]) == #"["_meta"]"#)
  }

  @Test("what is no I-JSON is refused")
  func refused() {
    #expect(throws: CanonicalJSONError.notJSON(.duplicateMember)) { try canonical(#"{"a":1,"\u0061":2}"#) }
    #expect(throws: CanonicalJSONError.unpairedSurrogate) { try canonical(#"["\ud800"]"#) }
    #expect(throws: CanonicalJSONError.unpairedSurrogate) { try canonical(#"{"\udc00":1}"#) }
    #expect(throws: CanonicalJSONError.self) { try canonical("{") }
    #expect(throws: CanonicalJSONError.self) { try canonical("") }
  }

  @Test("values written with other spacing and order have one text", arguments: UInt64(1)...4)
  func random(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let value = generator.value()
      guard let text = try? canonical(value.text) else { continue }
      #expect(try canonical(shuffled(value, &random).text) == text)
      #expect(try canonical(text) == text)
    }
  }

  private func shuffled(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
    switch value {
    case .array(let elements):
      var result: [JSONValue] = []
      for element in elements { result.append(shuffled(element, &random)) }
      return .array(result)
    case .object(let members):
      var result: [(name: String, value: JSONValue)] = []
      for (name, value) in members.shuffled(using: &random) { result.append((name, shuffled(value, &random))) }
      return .object(result)
    default: return value
    }
  }
}
