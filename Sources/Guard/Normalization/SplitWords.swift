/// Noise inside words: emphasis marks, HTML tags and comments, backslashes, carets, back-ticks, empty quotes, `${IFS}`.
///
/// Only what stands between two letters goes; marks around a word stay. What was opened inside a word may be closed at its end:
/// `pass<b>word</b>`, `pass**word**`.
struct SplitWords {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var pass = SplitWords(text)
    var index = 1
    while index < text.count {
      let byte = text[index]
      guard isNoise(byte), text[index - 1].isASCIILetter else {
        index += 1
        continue
      }
      let start = index
      index = pass.noiseEnd(from: index)
      if index == start {
        index += 1
      } else if index < text.count, text[index].isASCIIAlphanumeric {
        summary.splitWords.note(at: start)
        buffer.drop(start..<index, of: text)
        if pass.isBlank { buffer.put(0x20) }
        pass.note(start..<index)
      } else if pass.closesWord(start..<index) {
        buffer.drop(start..<index, of: text)
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
  /// The tags in the noise just read: opening ones less closing ones.
  private var tagBalance = 0
  /// Tags and the emphasis mark that were opened inside a word, and where last.
  private var openTags = 0
  private var openMark: Range<Int>?
  private var openedAt = 0

  private init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// * ~ ` ^ \ < ' " $
  @inline(__always)
  private static func isNoise(_ byte: UInt8) -> Bool {
    ASCIISet(low: 0x1000_0494_0000_0000, high: 0x4000_0001_5000_0000).contains(byte)
  }

  private static let reach = 256

  /// Remembers what noise inside a word opened or closed.
  private mutating func note(_ noise: Range<Int>) {
    if noise.lowerBound - openedAt > Self.reach { openTags = 0 }
    openTags = max(0, openTags + tagBalance)
    if isEmphasis(noise) { openMark = isOpenMark(noise) ? nil : noise }
    openedAt = noise.lowerBound
  }

  /// Whether the noise at the end of a word closes what was opened inside one.
  private mutating func closesWord(_ noise: Range<Int>) -> Bool {
    guard noise.lowerBound - openedAt <= Self.reach else { return false }
    if tagBalance < 0, openTags + tagBalance >= 0 {
      openTags += tagBalance
      return true
    }
    guard isEmphasis(noise), isOpenMark(noise) else { return false }
    openMark = nil
    return true
  }

  /// Nothing but one kind of mark, twice at most.
  private func isEmphasis(_ noise: Range<Int>) -> Bool {
    guard noise.count <= 2, let first = noise.first, let last = noise.last, text[first] == text[last] else {
      return false
    }
    return text[first] == UInt8(ascii: "*") || text[first] == UInt8(ascii: "~") || text[first] == UInt8(ascii: "`")
  }

  private func isOpenMark(_ noise: Range<Int>) -> Bool {
    guard let openMark else { return false }
    return openMark.count == noise.count && text[openMark.lowerBound] == text[noise.lowerBound]
  }

  /// The end of the noise that starts at `start`, or `start`.
  private mutating func noiseEnd(from start: Int) -> Int {
    isBlank = false
    tagBalance = 0
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

  /// `\n\n` and `\r\n` are line ends, however close.
  private func hasOtherBackslash(near index: Int) -> Bool {
    func isOther(_ position: Int) -> Bool {
      guard position >= 0, position + 1 < text.count, text[position] == 0x5C else { return false }
      let escaped = text[position + 1]
      return escaped.isASCIILower && escaped != 0x6E && escaped != 0x72 && escaped != 0x74
    }
    return isOther(index - 2) || isOther(index - 3) || isOther(index + 2) || isOther(index + 3)
  }

  private mutating func tagOrComment(at index: Int) -> Int {
    if hasBytes("<!--", in: text, at: index) {
      if commentEnd < index + 4 { commentEnd = findCommentEnd(from: index + 4) }
      return commentEnd < text.count ? commentEnd + 3 - index : 0
    }
    let length = InlineTag.length(text, at: index)
    if length > 0 { tagBalance += InlineTag.balance(text, at: index) }
    return length
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
