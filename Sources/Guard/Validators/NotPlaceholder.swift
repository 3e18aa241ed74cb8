/// `not_placeholder`: the match does not hold a stand-in for a value: `xxxx`, `12345678`, `your-key-here`, `<token>`, `${TOKEN}`,
/// `example`, one character over and over.
struct NotPlaceholder: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let lower = max(0, match.lowerBound)
    let upper = min(match.upperBound, text.count)
    guard lower < upper else { return false }
    return !Self.isPlaceholder(Array(text[lower..<upper])[...])
  }

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { match }

  static func isPlaceholder(_ bytes: ArraySlice<UInt8>) -> Bool {
    let lower = bytes.map { $0.isASCIIUpper ? $0 | 0x20 : $0 }
    if hasReference(lower) || hasRun(lower) { return true }
    return lower.withUnsafeBytes { text in
      for index in 0..<text.count {
        for word in words where text[index] == word.utf8Start[0] && hasBytes(word, in: text, at: index) { return true }
      }
      return false
    }
  }

  /// `<token>`, `${TOKEN}`, `{{token}}`, `$(cmd)`, `%TOKEN%`, `[token]`, `...`
  private static func hasReference(_ bytes: [UInt8]) -> Bool {
    let lastAngle = bytes.lastIndex(of: UInt8(ascii: ">")) ?? 0
    let lastBracket = bytes.lastIndex(of: UInt8(ascii: "]")) ?? 0
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch byte {
      case UInt8(ascii: "<"), UInt8(ascii: "["):
        let close = byte == UInt8(ascii: "<") ? lastAngle : lastBracket
        if next.isASCIILetter, close > index { return true }
      case UInt8(ascii: "$"):
        if next == UInt8(ascii: "{") || next == UInt8(ascii: "(")
          || next.isASCIILetter && index > 0 && bytes[index - 1] == 0x3D
        {
          return true
        }
      case UInt8(ascii: "{"): if next == UInt8(ascii: "{") { return true }
      case UInt8(ascii: "%"):
        if next.isASCIILetter, bytes.count > index + 3, bytes.last == UInt8(ascii: "%") { return true }
      case UInt8(ascii: "."):
        if next == UInt8(ascii: "."), index + 2 < bytes.count, bytes[index + 2] == UInt8(ascii: ".") { return true }
      default: break
      }
    }
    return false
  }

  /// Five and more of the same character, six and more that count up or down, or four x or asterisks.
  private static func hasRun(_ bytes: [UInt8]) -> Bool {
    var same = 1
    var up = 1
    var down = 1
    for index in bytes.indices.dropFirst() {
      let byte = bytes[index]
      let before = bytes[index - 1]
      same = byte == before ? same + 1 : 1
      up = byte == before &+ 1 && byte.isASCIIAlphanumeric ? up + 1 : 1
      down = byte == before &- 1 && byte.isASCIIAlphanumeric ? down + 1 : 1
      if up >= 6 || down >= 6 { return true }
      let isMask = byte == UInt8(ascii: "x") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
      if same >= (isMask ? 4 : 6) && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "=") && byte != 0x20 {
        return true
      }
    }
    return false
  }

  private static let words: [StaticString] = [
    "example", "placeholder", "changeme", "change_me", "change-me", "your-", "your_", "yourkey", "yourtoken",
    "yoursecret",
    "yourpass", "my-secret", "my_secret", "my-token", "my_token", "insert", "replace", "dummy", "sample", "redacted",
    "todo",
    "fixme", "not-a-real", "notreal", "fake", "xxxx", "foobar", "<secret", "-here", "_here", "test-key", "test_key",
    "test-token", "test_token", "deadbeef", "lorem", "undefined",
  ]
}
