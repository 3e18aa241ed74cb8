/// The four kinds of text of TOML: basic and literal, each on one line or on several.
extension TOMLCursor {
  /// Reads the text whose first quotation mark stands here, and stops behind its last.
  mutating func stringValue() throws(SettingsProblem) -> String {
    let bytes =
      if has("\"\"\"") { try longString(quote: UInt8(ascii: "\""), hasEscapes: true) } else if has("'''") {
        try longString(quote: UInt8(ascii: "'"), hasEscapes: false)
      } else { try shortString() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func shortString() throws(SettingsProblem) -> [UInt8] {
    let start = index
    guard let quote = byte else { throw problem("a text is missing") }
    index += 1
    var value: [UInt8] = []
    while let byte {
      if byte == quote {
        index += 1
        return value
      }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        value += try escape()
        continue
      }
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw problem("a control character in a text") }
      value.append(byte)
      index += 1
    }
    throw problem("a text without end", at: start)
  }

  private mutating func longString(quote: UInt8, hasEscapes: Bool) throws(SettingsProblem) -> [UInt8] {
    let start = index
    index += 3
    // A line end right behind the quotation marks does not count.
    _ = takeLineEnd()
    var value: [UInt8] = []
    while let byte {
      if byte == quote {
        var count = 0
        while count < 5, index + count < text.count, text[index + count] == quote { count += 1 }
        index += count
        // Up to two more than three belong to the text.
        value += repeatElement(quote, count: count < 3 ? count : count - 3)
        if count >= 3 { return value }
      } else if byte == UInt8(ascii: "\\"), hasEscapes {
        if !skipLineContinuation() { value += try escape() }
      } else if takeLineEnd() {
        value.append(0x0A)
      } else {
        guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw problem("a control character in a text") }
        value.append(byte)
        index += 1
      }
    }
    throw problem("a text without end", at: start)
  }

  /// A backslash at the end of a line takes the line end and all space after it away.
  private mutating func skipLineContinuation() -> Bool {
    var ahead = self
    ahead.index += 1
    ahead.skipBlanks()
    guard ahead.takeLineEnd() else { return false }
    repeat { ahead.skipBlanks() } while ahead.takeLineEnd()
    index = ahead.index
    return true
  }

  private mutating func escape() throws(SettingsProblem) -> [UInt8] {
    let start = index
    index += 1
    guard let letter = byte else { throw problem("a text without end", at: start) }
    index += 1
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "u") ? 4 : 8
      guard index + count <= text.count else { throw problem("invalid escape", at: start) }
      let digits = text[index..<(index + count)]
      let isHexadecimal = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
      guard isHexadecimal, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(value)
      else { throw problem("invalid escape", at: start) }
      index += count
      return Array(String(scalar).utf8)
    default: throw problem("invalid escape", at: start)
    }
  }
}
