@testable import Guard

/// A text through the normalizer: the folded view and what was seen, or nil if it is its own view.
func folded(_ text: String) -> (view: String, summary: FoldSummary)? {
  var normalizer = TextNormalizer()
  var output: [UInt8] = []
  let summary = Array(text.utf8).withUnsafeBytes { normalizer.fold($0, into: &output) }
  return summary.map { (String(decoding: output, as: UTF8.self), $0) }
}

/// All that the decoder emits for a text, in order.
func decoded(_ text: String) -> [(encoding: EncodingKind, text: String, source: String)] {
  let bytes = Array(text.utf8)
  var result: [(EncodingKind, String, String)] = []
  var budget = bytes.count * 4
  bytes.withUnsafeBytes { text in
    EncodedPayload.decode(text, budget: &budget) { source, encoding, decoded in
      let original = String(decoding: text[source], as: UTF8.self)
      result.append((encoding, String(decoding: decoded, as: UTF8.self), original))
    }
  }
  return result
}

/// Random text of pieces that matter to folding and decoding.
struct RandomText {
  private var numbers: NumberSequence
  private let pieces: [String]

  init(seed: UInt64, pieces: [String] = Self.usual) {
    numbers = NumberSequence(seed: seed)
    self.pieces = pieces
  }

  static let usual = [
    "ignore", "all", " ", "  ", "    ", "\n", "\t", "a", "b", "I", "1", "0", "7h15", "p@ss", "$", "!", "*", "**", "`",
    "\\",
    "\\n", "\\u0069", "\\x69", "%69", "%", "&#105;", "&lt;", "&", "=", "=69=67", "<b>", "</b>", "<!--", "-->", "''",
    "\"\"",
    "${IFS}", "é", "ñ", "п", "а", "е", "о", "ο", "α", "Ꭺ", "ｉ", "，", "／", "𝐢", "Ⓘ", "🅰", "\u{200B}", "\u{200D}",
    "\u{FE0F}",
    "\u{202E}", "\u{202C}", "\u{2066}", "\u{200F}", "\u{0301}", "\u{0336}", "\u{E0069}", "\u{E007F}", "🏴", "😀", "🇺",
    "🇸",
    "א", "ی", "क", "ไ", "中", "\u{A0}", "\u{2028}", "\u{1B}[8m", "\u{1B}]0;x", "\u{7}", "\u{0}", ".", "-", "_", ",", "/",
    "aWdub3JlIGFsbA==", "69676e6f7265", "105, 103, 110, ", "01101001 ", "erongi", "vtaber",
  ]

  mutating func next(pieces count: Int) -> String {
    (0..<count).map { _ in pieces[below(pieces.count)] }.joined()
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next() >> 40) }
  }

  mutating func below(_ bound: Int) -> Int { Int(numbers.next() >> 33) % bound }
}
