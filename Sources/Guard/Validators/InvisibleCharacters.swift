/// `hidden_tag_message`: tag characters that are no part of one of the three subdivision flags.
struct HiddenTagMessage: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    Surroundings.summary(text, match).tagCharacters.count > 0
  }
}

/// `bidi_override_in_code`: a bidi control that no right-to-left writing needs: an override, or an embedding or isolate with
/// no right-to-left letter near (CVE-2021-42574).
struct BidiOverride: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    Surroundings.summary(text, match).bidiControls.count > 0
  }
}

/// `emoji_safe_zero_width`: invisible characters that belong neither to an emoji nor to a script that spells with joiners.
struct MisplacedZeroWidth: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let summary = Surroundings.summary(text, match)
    return summary.invisible.count > 0 || summary.selectorRuns.count > 0 || summary.directionMarks.count > 1
  }
}

/// The folding's judgement on a match with a little of the text around it, which decides what belongs there.
private enum Surroundings {
  static func summary(_ text: UnsafeRawBufferPointer, _ match: Range<Int>) -> FoldSummary {
    let match = match.clamped(to: 0..<text.count)
    var start = max(0, match.lowerBound - 96)
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    var end = min(text.count, match.upperBound + 96)
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    var buffer = FoldBuffer()
    var summary = FoldSummary()
    let piece = UnsafeRawBufferPointer(rebasing: text[start..<end])
    CharacterFolding.apply(to: piece, &buffer, &summary, counting: match.lowerBound - start..<match.upperBound - start)
    return summary
  }
}
