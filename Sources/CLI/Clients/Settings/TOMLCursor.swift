/// Reads the tokens of TOML.
struct TOMLCursor {
  let text: [UInt8]
  var index = 0

  init(text: [UInt8]) { self.text = text }

  /// Nil at the end.
  var byte: UInt8? { index < text.count ? text[index] : nil }

  func problem(_ reason: String, at offset: Int? = nil) -> SettingsProblem {
    SettingsProblem(reason, at: offset ?? index, in: text)
  }

  func has(_ word: StaticString, at offset: Int? = nil) -> Bool {
    let start = offset ?? index
    guard start + word.utf8CodeUnitCount <= text.count else { return false }
    return (0..<word.utf8CodeUnitCount).allSatisfy { text[start + $0] == word.utf8Start[$0] }
  }

  mutating func take(_ wanted: UInt8) -> Bool {
    guard byte == wanted else { return false }
    index += 1
    return true
  }

  // MARK: Space

  mutating func skipBlanks() {
    while byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// Space, line ends and comments, as they may stand in arrays.
  mutating func skipLines() throws(SettingsProblem) {
    while true {
      skipBlanks()
      try skipComment()
      guard takeLineEnd() else { return }
    }
  }

  /// The rest of an expression's line: space, a comment, the line's end.
  ///
  /// - Returns: false at the end of the file.
  mutating func endLine() throws(SettingsProblem) -> Bool {
    skipBlanks()
    try skipComment()
    if index == text.count { return false }
    guard takeLineEnd() else { throw problem("the line should end here") }
    return true
  }

  private mutating func skipComment() throws(SettingsProblem) {
    guard byte == UInt8(ascii: "#") else { return }
    while let byte, byte != 0x0A, !has("\r\n") {
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw problem("a control character in a comment") }
      index += 1
    }
  }

  mutating func takeLineEnd() -> Bool {
    if take(0x0A) { return true }
    guard has("\r\n") else { return false }
    index += 2
    return true
  }

  // MARK: Keys

  /// The parts of a key, at least one.
  mutating func key() throws(SettingsProblem) -> [TOMLKeyPart] {
    var parts = [try keyPart()]
    while true {
      let end = index
      skipBlanks()
      guard take(UInt8(ascii: ".")) else {
        index = end
        return parts
      }
      skipBlanks()
      guard parts.count < Self.maximumParts else { throw problem("a key of too many parts") }
      parts.append(try keyPart())
    }
  }

  /// Tables nest as deep as keys have parts.
  private static let maximumParts = 32

  private mutating func keyPart() throws(SettingsProblem) -> TOMLKeyPart {
    let start = index
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      guard !has("\"\"\""), !has("'''") else { throw problem("a key is one line") }
      let text = try stringValue()
      return TOMLKeyPart(text: text, range: start..<index)
    }
    while let byte, Self.isBare(byte) { index += 1 }
    guard index > start else { throw problem("a key is missing") }
    return TOMLKeyPart(text: String(decoding: text[start..<index], as: UTF8.self), range: start..<index)
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  // MARK: Literals

  /// A number, a truth value or a date, as it is written.
  mutating func literal() throws(SettingsProblem) -> String {
    let start = index
    while let byte, Self.isLiteral(byte) { index += 1 }
    // A date may have a space before its time.
    if index - start == 10, byte == 0x20, index + 1 < text.count, (0x30...0x39).contains(text[index + 1]) {
      index += 1
      while let byte, Self.isLiteral(byte) { index += 1 }
    }
    let word = text[start..<index]
    guard !word.isEmpty, TOMLLiteral.isValid(Array(word)) else { throw problem("not a value", at: start) }
    return String(decoding: word, as: UTF8.self)
  }

  private static func isLiteral(_ byte: UInt8) -> Bool {
    isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
  }
}
