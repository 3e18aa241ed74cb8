import JSONRPC
import Testing

@Suite struct JSONWriterTests {
  @Test("every scalar up to U+2FFF, and samples above, is written so that it is read back")
  func everyScalar() throws {
    let samples: [UInt32] = [0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1F600, 0xE0041, 0x10FFFF]
    for value in Array(0...0x2FFF) + samples {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var writer = JSONWriter()
      writer.string("a\(scalar)b")
      #expect(try JSONValue(parsing: writer.text).string.map { Array($0.utf8) } == Array("a\(scalar)b".utf8))
      #expect(!writer.bytes.contains { $0 < 0x20 || $0 == 0x7F })
    }
  }

  @Test("line separators of Unicode are escaped")
  func lineSeparators() {
    var writer = JSONWriter()
    writer.string("\u{2028}\u{2029}\u{7F}\u{0}\u{1F}\n\r\t\"\\/é")
    #expect(writer.text == #""\u2028\u2029\u007f\u0000\u001f\n\r\t\"\\/é""#)
  }

  @Test("members and elements are separated, in any nesting")
  func separators() throws {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("text", "{[")
      writer.member("count", -3)
      writer.member("flag", true)
      writer.name("empty")
      writer.object { _ in }
      writer.name("list")
      writer.array { writer in
        writer.element()
        writer.string("[")
        writer.element()
        writer.array { _ in }
        writer.element()
        writer.object { $0.member("a", 1) }
        writer.element()
        writer.raw("null")
      }
      writer.name("raw")
      writer.raw(Array("1.0".utf8))
      writer.member("last", false)
    }
    let expected =
      #"{"text":"{[","count":-3,"flag":true,"empty":{},"list":["[",[],{"a":1},null],"raw":1.0,"last":false}"#
    #expect(writer.text == expected)
    #expect(try JSONValue(parsing: writer.text).text == expected)
  }

  @Test("random values are written as one line of valid JSON", arguments: UInt64(1)...4)
  func random(seed: UInt64) throws {
    var generator = JSONGenerator(seed: seed)
    for _ in 0..<500 {
      let value = generator.value()
      let text = value.text
      #expect(try JSONValue(parsing: text) == value)
      #expect(!text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\u{2028}" })
    }
  }
}
