/// `mixed_script`: a word that mixes Latin letters with look-alikes of another script, so that it reads as one Latin word.
///
/// Looks at the words that the match touches. Words joined by a hyphen are two, and a Russian word with one Latin letter, a
/// unit (µm) or a formula (Δt) is none.
struct MixedScript: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    var start = max(0, match.lowerBound)
    let limit = start
    while start > 0, limit - start < 128, Self.isWordByte(text[start - 1]) { start -= 1 }
    var end = min(match.upperBound, text.count)
    let from = end
    while end < text.count, end - from < 128, Self.isWordByte(text[end]) { end += 1 }
    guard start < end else { return false }
    var pass = HomoglyphFolding()
    var buffer = FoldBuffer()
    var summary = FoldSummary()
    pass.apply(to: UnsafeRawBufferPointer(rebasing: text[start..<end]), &buffer, &summary)
    return summary.homoglyphWords.count > 0
  }

  private static func isWordByte(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || byte >= 0x80 }
}
