import JSONRPC
import Testing

@Suite struct JSONScannerOffsetTests {
  @Test("every kind of value is delivered with its place, in order")
  func allKinds() throws {
    let text = #" {"a": [1, "x\n", true], "b":{} ,"\u0063":null}"#
    #expect(
      try events(of: Array(text.utf8)) == [
        .beginObject(1), .name(JSONString(start: 3, end: 4, hasEscapes: false)), .beginArray(7),
        .scalar(.number, 8..<9),
        .string(JSONString(start: 12, end: 15, hasEscapes: true)), .scalar(.true, 18..<22), .endArray(23),
        .name(JSONString(start: 26, end: 27, hasEscapes: false)), .beginObject(29), .endObject(31),
        .name(JSONString(start: 34, end: 40, hasEscapes: true)), .scalar(.null, 42..<46), .endObject(47),
      ])
  }

  @Test("the delivered spans rebuild the text", arguments: UInt64(1)...4)
  func spansRebuildTheText(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<500 {
      let value = generator.value()
      let text = generator.spell(value)
      #expect(try Self.rebuilt(text) == text)
    }
  }

  /// Copies every span to its place in a text of blanks; what stays blank must be white space, commas and colons.
  private static func rebuilt(_ text: [UInt8]) throws -> [UInt8] {
    var output: [UInt8?] = Array(repeating: nil, count: text.count)
    func put(_ range: Range<Int>) {
      for index in range {
        #expect(output[index] == nil, "two spans at \(index)")
        output[index] = text[index]
      }
    }
    func put(_ character: Unicode.Scalar, at offset: Int) {
      #expect(output[offset] == nil, "two spans at \(offset)")
      output[offset] = UInt8(ascii: character)
    }
    for event in try events(of: text) {
      switch event {
      case .beginObject(let offset): put("{", at: offset)
      case .endObject(let end): put("}", at: end - 1)
      case .beginArray(let offset): put("[", at: offset)
      case .endArray(let end): put("]", at: end - 1)
      case .name(let string), .string(let string):
        put("\"", at: string.start - 1)
        put(string.range)
        put("\"", at: string.end)
        #expect(string.hasEscapes == text[string.range].contains(UInt8(ascii: "\\")))
      case .scalar(_, let range): put(range)
      }
    }
    return zip(output, text).map { byte, original in
      byte ?? ([0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x3A].contains(original) ? original : 0xFF)
    }
  }
}
