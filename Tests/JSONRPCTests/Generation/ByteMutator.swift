/// Damages a JSON text the way a hostile or sloppy peer would: mostly by tokens, sometimes by bytes.
enum ByteMutator {
  static func mutated(_ text: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var output = text
    for _ in 0...random.below(3) { mutate(&output, using: &random) }
    return output
  }

  private static func mutate(_ text: inout [UInt8], using random: inout SeededGenerator) {
    let position = random.below(text.count + 1)
    switch random.below(8) {
    case 0, 1: text.insert(contentsOf: random.pick(tokens), at: position)
    case 2: text.removeSubrange(slice(of: text, from: position, using: &random))
    case 3: text.replaceSubrange(slice(of: text, from: position, using: &random), with: random.pick(tokens))
    case 4:
      let piece = Array(text[slice(of: text, from: position, using: &random)])
      text.insert(contentsOf: piece, at: random.below(text.count + 1))
    case 5:
      guard position < text.count else { return }
      text[position] = UInt8.random(in: 0...255, using: &random)
    case 6:
      let closing = text[position...].firstIndex { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "}") }
      if let closing { text.insert(UInt8(ascii: ","), at: closing) }
    default:
      guard random.oneIn(4) else { return }
      text.removeSubrange(position...)
    }
  }

  private static func slice(of text: [UInt8], from: Int, using random: inout SeededGenerator) -> Range<Int> {
    from..<min(text.count, from + random.below(random.oneIn(5) ? 20 : 3))
  }

  private static let tokens: [[UInt8]] =
    [
      ",", ":", "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", "\\uDC00", "\\udbff\\udfff", "\\u0000", "\\x41",
      "NaN", "Infinity", "-Infinity", "-", "+", ".", "e", "0", "00", "1e400", "-0", "1.", ".5", "true", "nul", "null",
      "//x\n", "/*x*/", "'a'", " ", "\n", "\r", "\t", "\u{B}", "\u{C}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{0}",
      "\u{1F}", "\u{7F}", "[[", "{\"a\":", "\"a\":1,", "\"\\u0061\":1,", "\"id\":", "\"method\":\"x\",", "é",
    ].map { (token: String) in Array(token.utf8) } + [
      [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5], [0xFF, 0xFE],
    ]
}
