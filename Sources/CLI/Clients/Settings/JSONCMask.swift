/// Turns JSON with comments and trailing commas into JSON of the same length.
enum JSONCMask {
  /// The text with a byte order mark, `//` and `/* */` comments, and each comma before a closing bracket replaced by
  /// spaces. Everything else stays, also what is wrong: the scanner will say so.
  ///
  /// - Throws: for a comment without end.
  static func masked(_ text: [UInt8]) throws(SettingsProblem) -> [UInt8] {
    var plain = text
    var index = 0
    if text.starts(with: TextPosition.byteOrderMark) {
      for offset in 0..<3 { plain[offset] = space }
      index = 3
    }
    // The comma that may prove to be a trailing one, and the last byte that means something.
    var comma: Int?
    var last: UInt8 = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D:
        index += 1
        continue
      case UInt8(ascii: "/"):
        if let end = try commentEnd(text, from: index) {
          for offset in index..<end where text[offset] != 0x0A && text[offset] != 0x0D { plain[offset] = space }
          index = end
          continue
        }
        index += 1
      case UInt8(ascii: "\""):
        index = stringEnd(text, from: index)
      case UInt8(ascii: ","):
        // Only behind a value: `[,]` and `[1,,]` stay as they are.
        comma = before.contains(last) ? nil : index
        last = byte
        index += 1
        continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let trailing = comma { plain[trailing] = space }
        index += 1
      default:
        index += 1
      }
      comma = nil
      last = byte
    }
    return plain
  }

  /// What a comma cannot follow. 0 is the start of the text.
  private static let before: Set<UInt8> = [0, 0x2C, 0x3A, 0x5B, 0x7B]
  private static let space: UInt8 = 0x20

  /// The offset behind the comment that begins here, without the line end; nil when none begins.
  private static func commentEnd(_ text: [UInt8], from start: Int) throws(SettingsProblem) -> Int? {
    guard start + 1 < text.count else { return nil }
    switch text[start + 1] {
    case UInt8(ascii: "/"):
      var end = start + 2
      while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
      return end
    case UInt8(ascii: "*"):
      var end = start + 2
      while end + 1 < text.count {
        if text[end] == UInt8(ascii: "*"), text[end + 1] == UInt8(ascii: "/") { return end + 2 }
        end += 1
      }
      throw SettingsProblem("a comment without end", at: start, in: text)
    default: return nil
    }
  }

  /// The offset behind the string that begins here, or the end of the text.
  private static func stringEnd(_ text: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""): return index + 1
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    return text.count
  }
}
