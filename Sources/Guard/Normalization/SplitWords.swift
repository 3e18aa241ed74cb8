/// Noise inside words: emphasis marks, HTML tags and comments, backslashes, carets, back-ticks, empty quotes, `${IFS}`.
///
/// Only what stands between two letters goes; marks around a word stay.
struct SplitWords {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var pass = SplitWords(text)
    var index = 1
    while index < text.count {
      let byte = text[index]
      guard isNoise(byte), isLetter(text[index - 1]) else {
        index += 1
        continue
      }
      let start = index
      index = pass.noiseEnd(from: index)
      if index == start {
        index += 1
      } else if index < text.count, isLetter(text[index]) || text[index].isASCIIDigit {
        summary.splitWords.note(at: start)
        buffer.drop(start..<index, of: text)
        if pass.isBlank { buffer.put(0x20) }
      } else if pass.isBlank {
        buffer.drop(start..<index, of: text)
        buffer.put(0x20)
      }
    }
  }

  private let text: UnsafeRawBufferPointer
  /// Where the next `-->` is, from a search that need not be repeated before it.
  private var commentEnd = -1
  /// The noise just read is a blank in the shell's eyes.
  private var isBlank = false

  private init(_ text: UnsafeRawBufferPointer) { self.text = text }

  private static func isLetter(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte >= 0x80 }

  private static func isNoise(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "`"), UInt8(ascii: "^"), UInt8(ascii: "\\"),
      UInt8(ascii: "<"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$"):
      true
    default: false
    }
  }

  /// The end of the noise that starts at `start`, or `start`.
  private mutating func noiseEnd(from start: Int) -> Int {
    isBlank = false
    var index = start
    while index < text.count, index - start < 4096 {
      let byte = text[index]
      let length: Int
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "`"), UInt8(ascii: "^"): length = 1
      case UInt8(ascii: "\\"): length = backslash(at: index)
      case UInt8(ascii: "<"): length = tagOrComment(at: index)
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        length = index + 1 < text.count && text[index + 1] == byte ? 2 : 0
      case UInt8(ascii: "$"): length = emptyVariable(at: index)
      default: length = 0
      }
      if length == 0 { break }
      index += length
    }
    return index
  }

  /// `\n`, `\t`, `\x` … are escapes, which the decoder undoes; `\U` of a Windows path starts a name. A word that has several, each
  /// after one or two letters, is `c\u\r\l`.
  private func backslash(at index: Int) -> Int {
    guard index + 1 < text.count else { return 0 }
    let next = text[index + 1]
    if next == UInt8(ascii: "\\") || next == UInt8(ascii: "\n") && index > 0 { return next == 0x0A ? 2 : 0 }
    guard next.isASCIILower else { return next.isASCIILetter || next.isASCIIDigit || next == 0x5F ? 0 : 1 }
    switch next {
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "u"), UInt8(ascii: "x"):
      return hasOtherBackslash(near: index) ? 1 : 0
    default:
      return 1
    }
  }

  private func hasOtherBackslash(near index: Int) -> Bool {
    for distance in 2...3 {
      if index >= distance, text[index - distance] == 0x5C, text[index - distance + 1].isASCIILower { return true }
      if index + distance < text.count, text[index + distance] == 0x5C, text[index + distance - 1].isASCIILower {
        return true
      }
    }
    return false
  }

  private mutating func tagOrComment(at index: Int) -> Int {
    if hasBytes("<!--", in: text, at: index) {
      if commentEnd < index + 4 { commentEnd = findCommentEnd(from: index + 4) }
      return commentEnd < text.count ? commentEnd + 3 - index : 0
    }
    return InlineTag.length(text, at: index)
  }

  private func findCommentEnd(from start: Int) -> Int {
    var index = start
    while index + 3 <= text.count {
      if text[index] == 0x2D, hasBytes("-->", in: text, at: index) { return index }
      index += 1
    }
    return text.count
  }

  /// `$@`, `$*` in a word are nothing; `$IFS` and `${IFS}` are blanks.
  private mutating func emptyVariable(at index: Int) -> Int {
    if hasBytes("${IFS}", in: text, at: index) {
      isBlank = true
      return 6
    }
    if hasBytes("$IFS$9", in: text, at: index) {
      isBlank = true
      return 6
    }
    if hasBytes("$IFS", in: text, at: index) {
      isBlank = true
      return 4
    }
    return hasBytes("$@", in: text, at: index) ? 2 : 0
  }
}
