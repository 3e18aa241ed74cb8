/// A word of the match that mixes Latin letters with Cyrillic or Greek ones. Two scripts in two words are no finding.
struct MixedScriptValidator: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    var hasLatin = false
    var hasOther = false
    for scalar in String(decoding: text[match], as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A: hasLatin = true
      case 0x370...0x3FF, 0x400...0x52F: hasOther = true
      default:
        hasLatin = false
        hasOther = false
      }
      if hasLatin && hasOther { return true }
    }
    return false
  }
}
