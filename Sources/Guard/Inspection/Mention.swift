/// Whether a match is talked about rather than said: it stands in quotation marks, or in writing about attacks.
///
/// Remembers what it found in the text it looked at last: matches close together are cheap when they come in order.
struct Mention {
  private var words = DefensiveWords()

  private static let quoteReach = 120
  private static let wordReach = 200

  /// Looks at a bounded piece of text around the match.
  ///
  /// - Parameters:
  ///   - text: the text that holds the match, as a range of `bytes`.
  ///   - match: a range of `bytes`.
  ///   - whole: if the text is a passage of another one, that one, as a range of `bytes`.
  mutating func isMention(
    _ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, match: Range<Int>, whole: Range<Int>
  ) -> Bool {
    if !Self.looksLikeJSON(bytes, whole) && Self.isQuoted(bytes, text, match) { return true }
    let start = max(text.lowerBound, match.lowerBound - Self.wordReach)
    let end = min(text.upperBound, match.upperBound + Self.wordReach)
    return words.stand(in: start..<match.lowerBound, of: bytes, text)
      || words.stand(in: match.upperBound..<end, of: bytes, text)
  }

  /// To be called before other bytes are looked at.
  mutating func forget() { words.forget() }

  // MARK: Private

  /// Quotation marks of data are no quotation.
  private static func looksLikeJSON(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Bool {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes[text].first(where: { !isSpace($0) }), let last = bytes[text].last(where: { !isSpace($0) })
    else { return false }
    return (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
      && (last == UInt8(ascii: "}") || last == UInt8(ascii: "]"))
  }

  private static func isQuoted(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, _ match: Range<Int>) -> Bool {
    let closing = closingMarks(bytes, from: match.upperBound, to: min(text.upperBound, match.upperBound + quoteReach))
    if closing.isEmpty { return false }
    let start = max(text.lowerBound, match.lowerBound - quoteReach)
    return !closing.isDisjoint(with: openMarks(bytes, from: match.lowerBound, backTo: start))
  }

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let double = Marks(rawValue: 1)
    static let backtick = Marks(rawValue: 2)
    static let single = Marks(rawValue: 4)
    static let curly = Marks(rawValue: 8)
  }

  /// Marks in the rest of the line that may close a quotation. An apostrophe does not when a letter follows.
  private static func closingMarks(_ bytes: UnsafeRawBufferPointer, from start: Int, to limit: Int) -> Marks {
    var marks: Marks = []
    var index = start
    while index < limit, bytes[index] != 0x0A {
      switch bytes[index] {
      case UInt8(ascii: "\""): marks.insert(.double)
      case UInt8(ascii: "`"): marks.insert(.backtick)
      case UInt8(ascii: "'"):
        let isEnd = index + 1 == limit || bytes[index + 1] == 0x0A
        if isEnd || !isLetter(bytes[index + 1]) { marks.insert(.single) }
      case 0xE2: if isCurly(0x9D, bytes, at: index, limit) { marks.insert(.curly) }
      default: break
      }
      index += 1
    }
    return marks
  }

  /// Marks in the line before the match that are open: an odd number of them, or a curly one, or as the last apostrophe one that
  /// stands behind white space, a bracket or a colon.
  private static func openMarks(_ bytes: UnsafeRawBufferPointer, from end: Int, backTo limit: Int) -> Marks {
    var marks: Marks = []
    var hasApostrophe = false
    var opening: Int?
    var index = end
    while index > limit, bytes[index - 1] != 0x0A {
      index -= 1
      switch bytes[index] {
      case UInt8(ascii: "\""):
        marks.formSymmetricDifference(.double)
        if opening == nil { opening = index }
      case UInt8(ascii: "`"): marks.formSymmetricDifference(.backtick)
      case UInt8(ascii: "'") where !hasApostrophe:
        hasApostrophe = true
        let isFirst = index == limit || bytes[index - 1] == 0x0A
        if isFirst || [0x20, 0x09, UInt8(ascii: "("), UInt8(ascii: ":")].contains(bytes[index - 1]) {
          marks.insert(.single)
        }
      case 0xE2: if isCurly(0x9C, bytes, at: index, end) { marks.insert(.curly) }
      default: break
      }
    }
    if let opening, isOfData(bytes, opening, backTo: limit) { marks.remove(.double) }
    return marks
  }

  /// Whether a quotation mark opens the field of a table, an attribute or a member (`,"`, `="`, `": "`), also where a record
  /// stands in a line of prose. Nobody is quoted there.
  private static func isOfData(_ bytes: UnsafeRawBufferPointer, _ mark: Int, backTo limit: Int) -> Bool {
    var index = mark
    while index > limit, bytes[index - 1] == 0x20 { index -= 1 }
    guard index > limit else { return false }
    switch bytes[index - 1] {
    case UInt8(ascii: ","), UInt8(ascii: "="): return index == mark
    case UInt8(ascii: ":"): return index - 1 > limit && bytes[index - 2] == UInt8(ascii: "\"")
    default: return false
    }
  }

  /// U+201C or U+201D, by its last byte.
  private static func isCurly(_ last: UInt8, _ bytes: UnsafeRawBufferPointer, at index: Int, _ limit: Int) -> Bool {
    index + 2 < limit && bytes[index + 1] == 0x80 && bytes[index + 2] == last
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
