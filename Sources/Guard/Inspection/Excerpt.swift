/// The piece of evidence that may be written down: at most 160 bytes of UTF-8, with everything that could be a secret
/// masked by construction.
enum Excerpt {
  static let limit = 160
  private static let ellipsis = "\u{2026}"
  /// What is left of a masked piece.
  private static let shown = 4
  /// A run of letters and digits this long may be a token.
  private static let tokenLength = 16

  /// - Parameters:
  ///   - text: the text that holds the match, as a range of `bytes`.
  ///   - match: a range of `bytes`.
  ///   - isSensitive: the match is a secret itself; hardly anything of it is shown.
  ///   - secrets: other matches in the same text that are secrets.
  static func of(
    _ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, match: Range<Int>, isSensitive: Bool,
    secrets: some Sequence<Range<Int>>
  ) -> String {
    if isSensitive { return masked(bytes, match) }
    var output = ""
    var index = match.lowerBound
    let pieces = secrets.map { $0.clamped(to: match) }.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    for secret in pieces where secret.upperBound > index {
      output += plain(bytes, index..<max(index, secret.lowerBound))
      output += masked(bytes, max(index, secret.lowerBound)..<secret.upperBound)
      index = secret.upperBound
    }
    output += plain(bytes, index..<match.upperBound)
    return shortened(output)
  }

  // MARK: Private

  /// At most four bytes and at most a quarter are shown, then how long it was.
  private static func masked(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    let count = min(shown, range.count / 4)
    let head = text(bytes, range.lowerBound..<(range.lowerBound + count))
    return "\(head)\(ellipsis) (\(range.count) bytes)"
  }

  /// Text with long runs of mixed letters and digits masked.
  private static func plain(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    var output = ""
    var start = range.lowerBound
    var index = range.lowerBound
    // What lies beyond is cut anyway; masking never makes a text longer than this many bytes.
    let end = min(range.upperBound, range.lowerBound + 16 * limit)
    while index < end {
      guard isTokenByte(bytes[index]) else {
        index += 1
        continue
      }
      let first = index
      var (digits, letters) = (0, 0)
      while index < end, isTokenByte(bytes[index]) {
        if isDigit(bytes[index]) { digits += 1 } else if isLetter(bytes[index]) { letters += 1 }
        index += 1
      }
      guard index - first >= tokenLength, digits > 1, letters > 1 || digits == index - first else { continue }
      output += text(bytes, start..<first) + masked(bytes, first..<index)
      start = index
    }
    return output + text(bytes, start..<end)
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    var range = range
    while range.lowerBound < range.upperBound, bytes[range.lowerBound] & 0xC0 == 0x80 {
      range = (range.lowerBound + 1)..<range.upperBound
    }
    while range.upperBound > range.lowerBound, range.upperBound < bytes.count, bytes[range.upperBound] & 0xC0 == 0x80 {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// Keeps the beginning and the end.
  private static func shortened(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count > limit else { return text }
    var head = limit - 43
    while head > 0, bytes[head] & 0xC0 == 0x80 { head -= 1 }
    var tail = bytes.count - 40
    while tail < bytes.count, bytes[tail] & 0xC0 == 0x80 { tail += 1 }
    return String(decoding: bytes[..<head], as: UTF8.self) + ellipsis + String(decoding: bytes[tail...], as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "=")
  }
}
