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
    var start = match.lowerBound
    while start > max(text.lowerBound, match.lowerBound - quoteReach), bytes[start - 1] != 0x0A { start -= 1 }
    var end = match.upperBound
    while end < min(text.upperBound, match.upperBound + quoteReach), bytes[end] != 0x0A { end += 1 }
    let before = bytes[start..<match.lowerBound]
    let after = bytes[match.upperBound..<end]
    for mark in [UInt8(ascii: "\""), UInt8(ascii: "`")] {
      let opened = before.reduce(0) { $0 + ($1 == mark ? 1 : 0) }
      if opened % 2 == 1 && after.contains(mark) { return true }
    }
    return isOpenSingle(before) && hasClosingSingle(after)
      || contains(before, "\u{201C}") && contains(after, "\u{201D}")
  }

  /// An apostrophe opens a quotation only behind white space, a bracket or a colon.
  private static func isOpenSingle(_ before: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let mark = before.lastIndex(of: UInt8(ascii: "'")) else { return false }
    guard mark > before.startIndex else { return true }
    return [0x20, 0x09, UInt8(ascii: "("), UInt8(ascii: ":")].contains(before[mark - 1])
  }

  private static func hasClosingSingle(_ after: Slice<UnsafeRawBufferPointer>) -> Bool {
    after.indices.contains { index in
      after[index] == UInt8(ascii: "'")
        && (index + 1 == after.endIndex || !isLetter(after[index + 1]))
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func contains(_ bytes: Slice<UnsafeRawBufferPointer>, _ mark: Unicode.Scalar) -> Bool {
    let wanted = Array(String(mark).utf8)
    guard bytes.count >= wanted.count else { return false }
    return (bytes.startIndex...(bytes.endIndex - wanted.count)).contains { start in
      bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
