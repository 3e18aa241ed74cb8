import JSONRPC
import Testing

@Suite struct JSONPointerTests {
  /// The pointer of the first byte of `part` in the text.
  private static func locate(_ part: String, in text: String) -> String? {
    let bytes = Array(text.utf8)
    let wanted = Array(part.utf8)
    guard let offset = bytes.indices.first(where: { bytes[$0...].starts(with: wanted) }) else { return nil }
    return bytes.withUnsafeBytes { JSONPointer.locating(offset, in: $0) }
  }

  @Test(
    "values in objects and arrays",
    arguments: [
      ("HERE", #"{"params":{"arguments":{"path":"xHEREx"}}}"#, "/params/arguments/path"),
      ("HERE", #"{"result":{"content":[{"text":"a"},{"type":"text","text":"HERE"}]}}"#, "/result/content/1/text"),
      ("12", #"[0,[1,[true,12]]]"#, "/1/1/1"), ("null", #"{"a":{"b":1},"c":[{},[],null]}"#, "/c/2"),
      ("HERE", #"{"a":[[],[[]],{"b":[]},"HERE"]}"#, "/a/3"), ("HERE", #""xHERE""#, ""), ("7", "7", ""),
      ("HERE", #"{"":{"":"HERE"}}"#, "//"), ("HERE", #"{"a":1,"b":{"c":2},"d":"HERE"}"#, "/d"),
      ("HERE", #" [ { "a" : [ "x" , "HERE" ] } ] "#, "/0/a/1"),
    ])
  func values(part: String, text: String, pointer: String) {
    #expect(Self.locate(part, in: text) == pointer)
  }

  @Test("a member name has the pointer of its member")
  func names() {
    #expect(Self.locate("HERE", in: #"{"a":{"xHEREx":1}}"#) == "/a/xHEREx")
    #expect(Self.locate("HERE", in: #"[{"b":1,"HERE":{"c":2}}]"#) == "/0/HERE")
  }

  @Test("tilde and slash are escaped, names are decoded")
  func escapes() {
    #expect(Self.locate("HERE", in: #"{"a/b~c":{"~1":"HERE"}}"#) == "/a~1b~0c/~01")
    #expect(Self.locate("HERE", in: #"{"\u0061\/\n":"HERE"}"#) == "/a~1\n")
  }

  @Test("both quotation marks belong to the string")
  func quotationMarks() {
    let text = Array(#"{"a":"xy"}"#.utf8)
    text.withUnsafeBytes { raw in
      #expect((5...8).map { JSONPointer.locating($0, in: raw) } == ["/a", "/a", "/a", "/a"])
      #expect((1...3).map { JSONPointer.locating($0, in: raw) } == ["/a", "/a", "/a"])
      #expect([0, 4, 9].map { JSONPointer.locating($0, in: raw) } == ["", "", ""])
    }
  }

  @Test("an offset outside the text, and a text that is not JSON, have no place", arguments: [-1, 7, 1000])
  func outside(offset: Int) {
    Array("[\"abc\"]".utf8).withUnsafeBytes { #expect(JSONPointer.locating(offset, in: $0) == "") }
    Array("[[[}".utf8).withUnsafeBytes { #expect(JSONPointer.locating(offset, in: $0) == "") }
  }

  @Test("a long pointer is cut, whatever its characters are", arguments: ["a", "é", "😀", "🇨", "\u{301}", "~", "/"])
  func long(character: String) {
    let name = String(repeating: character, count: 100_000)
    let pointer = Self.locate("HERE", in: "{\"\(name)\":\"HERE\"}") ?? ""
    #expect(pointer.hasSuffix("…"))
    #expect(pointer.utf8.count <= 512 + 3 && pointer.utf8.count > 500)
    let deep = String(repeating: "{\"\(character)name\":", count: 300) + "\"HERE\"" + String(repeating: "}", count: 300)
    #expect((Self.locate("HERE", in: deep)?.utf8.count ?? .max) <= 515)
  }

  @Test("the pointer leads back to the value, at any place of a random text", arguments: UInt64(1)...4)
  func leadsBack(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<100 {
      let value = generator.value()
      let text = generator.spell(value)
      try text.withUnsafeBytes { raw in
        for event in try events(of: text) {
          let (offset, expected): (Int, JSONValue) =
            switch event {
            case .string(let string): (string.start, .string(string.value(in: raw)))
            case .scalar(_, let range): (range.lowerBound, try JSONValue(parsing: .init(rebasing: raw[range])))
            default: (-1, .null)
            }
          guard offset >= 0 else { continue }
          let pointer = JSONPointer.locating(offset, in: raw)
          #expect(pointer.hasSuffix("…") || Self.resolve(pointer, in: value) == expected, "\(pointer)")
        }
      }
    }
  }

  private static func resolve(_ pointer: String, in value: JSONValue) -> JSONValue? {
    var current = value
    var scalars = String.UnicodeScalarView()
    var steps: [String] = []
    // Split by scalars: a combining mark after the slash would hide it from Character.
    for scalar in (pointer + "/").unicodeScalars.dropFirst(pointer.isEmpty ? 1 : 0) {
      if scalar == "/" {
        steps.append(String(scalars))
        scalars = .init()
      } else {
        scalars.append(scalar)
      }
    }
    for step in steps.dropFirst() {
      var name = String.UnicodeScalarView()
      var isEscaped = false
      for scalar in step.unicodeScalars {
        if isEscaped {
          name.append(scalar == "0" ? "~" : "/")
          isEscaped = false
        } else if scalar == "~" {
          isEscaped = true
        } else {
          name.append(scalar)
        }
      }
      let next = current.elements != nil ? Int(step).flatMap { current[$0] } : current[String(name)]
      guard let next else { return nil }
      current = next
    }
    return current
  }
}
