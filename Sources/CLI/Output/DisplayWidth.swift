/// How many columns a terminal gives to a character: 0, 1 or 2 (UAX #11, with the usual choice of narrow for
/// "ambiguous").
enum DisplayWidth {
  /// The width of one scalar. Control and format characters count 0: `TerminalText` has replaced them before.
  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x7F { return scalar.value < 0x20 ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .surrogate: return 0
    default: break
    }
    // A medial vowel or final consonant of Hangul joins the syllable before it.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return isWide(scalar) ? 2 : 1
  }

  /// The width of a text without control characters. Linear.
  static func of(_ text: String) -> Int {
    var width = 0
    var last = 0
    for scalar in text.unicodeScalars {
      // U+FE0F asks for the emoji form of the character before it, which is wide.
      if scalar.value == 0xFE0F, last == 1 { width += 1 }
      last = of(scalar)
      width += last
    }
    return width
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x1100 { return false }
    return scalar.properties.isEmojiPresentation || wide.contains { $0.contains(value) }
  }

  /// EastAsianWidth.txt of Unicode 16, classes W and F, apart from emoji; unassigned gaps inside a block are filled.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D7F, 0x1AFF0...0x1B2FF,
    0x1D300...0x1D376, 0x1F200...0x1F265, 0x20000...0x3FFFD,
  ]
}
