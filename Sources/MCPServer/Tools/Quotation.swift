/// How text of other parties appears in our answers: marked, short, and unable to read as an instruction.
///
/// What a tool answers goes to a model. A model that asks what was withheld must not read it back, so of each longer word
/// only the beginning is quoted: enough for a person to recognise it, not enough to obey.
enum Quotation {
  /// A piece of a text of unknown origin: `[untrusted] Ig… al… pr… in…`.
  static func excerpt(_ text: String) -> String { mark + masked(text, limit: 120) }

  /// A name that a peer chose: a tool, a method, an address, a place in a message. As it is when it looks like a name,
  /// else as an excerpt.
  static func name(_ text: String) -> String {
    isPlainName(text) ? text : excerpt(text)
  }

  /// A piece of text for a person's eyes: on one line, in quotation marks, everything visible, not masked.
  static func forPerson(_ text: String, limit: Int = 160) -> String {
    // Its own quotation marks must not end ours.
    let scalars = text.unicodeScalars.lazy.map { $0 == "“" || $0 == "”" ? "\"" : $0 }
    return "“" + visible(scalars, limit: limit) + "”"
  }

  /// What we or the user of this machine wrote, made visible and short.
  static func own(_ text: String) -> String { visible(text.unicodeScalars, limit: 96) }

  static let mark = "[untrusted] "

  // MARK: Private

  private static func visible(_ scalars: some Sequence<Unicode.Scalar>, limit: Int) -> String {
    var output = ""
    for scalar in scalars {
      if output.utf8.count >= limit { return output + "…" }
      output.unicodeScalars.append(isVisible(scalar) ? scalar : replacement)
    }
    return output
  }

  private static let replacement: Unicode.Scalar = "\u{25A1}"
  private static let shownLetters = 2
  private static let shownDigits = 1

  /// Letters, digits and what stands in names and addresses; few words, no space.
  private static func isPlainName(_ text: String) -> Bool {
    guard text.utf8.count <= 96 else { return false }
    var words = 1
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"),
        UInt8(ascii: "@"), UInt8(ascii: "~"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"):
        words += 1
      default: return false
      }
    }
    return words <= 12
  }

  /// - Parameter limit: in bytes, of what is kept.
  private static func masked(_ text: String, limit: Int) -> String {
    var output = ""
    var letters = 0
    for scalar in text.unicodeScalars {
      if output.utf8.count >= limit { return output + "…" }
      let isDigit = scalar.properties.numericType != nil
      letters = isDigit || scalar.properties.isAlphabetic ? letters + 1 : 0
      // Of a number less: three digits are a part of an address.
      let shown = isDigit ? shownDigits : shownLetters
      if letters <= shown {
        output.unicodeScalars.append(isVisible(scalar) ? scalar : replacement)
      } else if !output.hasSuffix("…") {
        output += "…"
      }
    }
    return output
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return !scalar.properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }
}
