/// Backslash escapes of C, JSON, JavaScript, Python and the shell's `$'…'`.
enum BackslashEscape {
  static func unit(_ text: UnsafeRawBufferPointer, at index: Int) -> InPlaceDecoding.Unit? {
    guard index + 1 < text.count else { return nil }
    let next = text[index + 1]
    switch next {
    case UInt8(ascii: "x"):
      guard let value = hex(text, index + 2, 2) else { return nil }
      return InPlaceDecoding.Unit(length: 4, value: value, isByte: true)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      return unicode(text, index)
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      guard let value = octal(text, index + 1) else { return nil }
      return InPlaceDecoding.Unit(length: 4, value: value, isByte: true)
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"):
      let value: UInt32 = next == UInt8(ascii: "t") ? 0x09 : next == UInt8(ascii: "n") ? 0x0A : 0x0D
      // It joins two words for a reader of the raw text.
      let matters = index + 2 < text.count && text[index + 2].isASCIILetter
      return InPlaceDecoding.Unit(length: 2, value: value, matters: matters)
    case UInt8(ascii: "/"):
      return InPlaceDecoding.Unit(length: 2, value: UInt32(next))
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"):
      return InPlaceDecoding.Unit(length: 2, value: UInt32(next), matters: false)
    default:
      return nil
    }
  }

  /// `\u0069`, `\u{69}`, `\U00000069`, and a pair of surrogates as one.
  private static func unicode(_ text: UnsafeRawBufferPointer, _ index: Int) -> InPlaceDecoding.Unit? {
    if index + 2 < text.count, text[index + 2] == UInt8(ascii: "{") {
      var position = index + 3
      var value: UInt32 = 0
      while position < text.count, position - index < 10, let digit = text[position].hexValue {
        value = value << 4 | UInt32(digit)
        position += 1
      }
      guard position > index + 3, position < text.count, text[position] == UInt8(ascii: "}") else { return nil }
      return InPlaceDecoding.Unit(length: position + 1 - index, value: value)
    }
    if text[index + 1] == UInt8(ascii: "U"), let value = hex(text, index + 2, 8), value < 0x110000 {
      return InPlaceDecoding.Unit(length: 10, value: value)
    }
    guard let value = hex(text, index + 2, 4) else { return nil }
    if value & 0xFC00 == 0xD800, hasBytes("\\u", in: text, at: index + 6), let low = hex(text, index + 8, 4),
      low & 0xFC00 == 0xDC00
    {
      return InPlaceDecoding.Unit(length: 12, value: 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF))
    }
    return InPlaceDecoding.Unit(length: 6, value: value)
  }

  private static func hex(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + count {
      guard let digit = text[index].hexValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static func octal(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
    guard start + 3 <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + 3 {
      guard text[index] >= 0x30, text[index] < 0x38 else { return nil }
      value = value << 3 | UInt32(text[index] - 0x30)
    }
    return value
  }
}
