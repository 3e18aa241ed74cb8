/// Text between a right-to-left override (U+202E) and its end is shown from back to front. The view has it the way it is shown.
///
/// The end is U+202C, the next override or the end of the line (a paragraph ends all overrides, UAX 9).
enum BidiReversal {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer) {
    var index = 0
    while index + 3 <= text.count {
      guard text[index] == 0xE2, isOverride(text, index) else {
        index += 1
        continue
      }
      let start = index + 3
      var end = start
      var hasLatin = false
      while end < text.count, text[end] != 0x0A, !isEnd(text, end) {
        hasLatin = hasLatin || text[end].isASCIILetter
        end += 1
      }
      if hasLatin {
        buffer.drop(start..<end, of: text)
        var last = end
        while last > start {
          var first = last - 1
          while first > start, text[first] & 0xC0 == 0x80 { first -= 1 }
          for position in first..<last { buffer.put(text[position]) }
          last = first
        }
      }
      index = end
    }
  }

  private static func isOverride(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    hasBytes("\u{202E}", in: text, at: index)
  }

  private static func isEnd(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    text[index] == 0xE2 && (hasBytes("\u{202C}", in: text, at: index) || isOverride(text, index))
  }
}
