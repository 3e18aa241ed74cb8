/// Places in a text as libyaml counts them: lines and columns from 1, columns in characters of Unicode.
enum TextPosition {
  /// U+FEFF at the start of a text, which some editors write. libyaml counts it as a column; so it is taken away first.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The byte at which a place stands; nil when the text has no such place.
  static func offset(line: Int, column: Int, in text: [UInt8]) -> Int? {
    var index = 0
    var currentLine = 1
    while currentLine < line {
      guard index < text.count else { return nil }
      let length = lineEnd(at: index, in: text)
      if length > 0 { currentLine += 1 }
      index += max(1, length)
    }
    var currentColumn = 1
    while currentColumn < column {
      guard index < text.count, lineEnd(at: index, in: text) == 0 else { return nil }
      index += 1
      while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
      currentColumn += 1
    }
    return index < text.count ? index : nil
  }

  /// The length of the line end that stands here; 0 when none does. YAML 1.1 also ends lines at NEL, U+2028 and U+2029.
  static func lineEnd(at index: Int, in text: [UInt8]) -> Int {
    func byte(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
    switch byte(0) {
    case 0x0A: return 1
    case 0x0D: return byte(1) == 0x0A ? 2 : 1
    case 0xC2: return byte(1) == 0x85 ? 2 : 0
    case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }
}
