/// `mixed_script`: a word that mixes Latin letters with look-alikes of another script, so that it reads as one Latin word.
///
/// Looks at the words that the match touches. Words joined by a hyphen are two, and a Russian word with one Latin letter, a
/// unit (µm) or a formula (Δt) is none.
struct MixedScript: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let words = Self.words(text, match)
    if words.isEmpty { return false }
    var pass = HomoglyphFolding()
    var buffer = FoldBuffer()
    var summary = FoldSummary()
    pass.apply(to: UnsafeRawBufferPointer(rebasing: text[words]), &buffer, &summary)
    return summary.homoglyphWords.count > 0
  }

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { Self.words(text, match) }

  /// The match and the rest of its words on both sides.
  private static func words(_ text: UnsafeRawBufferPointer, _ match: Range<Int>) -> Range<Int> {
    let lower = max(0, match.lowerBound)
    var start = lower
    while start > 0, lower - start < 128, isWordByte(text[start - 1]) { start -= 1 }
    let upper = min(match.upperBound, text.count)
    var end = upper
    while end < text.count, end - upper < 128, isWordByte(text[end]) { end += 1 }
    return start..<max(start, end)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || byte >= 0x80 }
}
