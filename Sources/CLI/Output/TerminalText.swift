/// The one way for a text that we did not write to reach a terminal.
///
/// A peer that chooses a text must not move the cursor, change colours or the title, hide words, reorder them, or break
/// a table. So everything that is not plainly visible is written out: `\n`, `\r` and `\t` so, other control, format,
/// bidirectional, invisible, private and unassigned characters as `<U+202E>`, a run of equal ones as `<U+200B x12>`,
/// tag characters as the ASCII that they carry, `<tags:ignore this>`. A variation selector passes only where it belongs,
/// once, behind an emoji. More than three combining marks on one character are written out too.
enum TerminalText {
  /// The text on one line, at most `width` columns wide; what is cut off is replaced by `…`.
  ///
  /// Time is linear in the text, memory in `width`.
  static func line(_ text: String, width: Int = .max) -> String {
    guard width > 0 else { return "" }
    var line = BoundedLine(limit: width)
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    var previous: Unicode.Scalar?
    var marks = 0
    while let scalar = next, !line.isFull {
      next = scalars.next()
      if isTag(scalar) {
        var letters = tagLetter(scalar)
        while let tag = next, isTag(tag) {
          // Beyond the line's width nothing of it can be seen.
          if letters.utf8.count < width { letters += tagLetter(tag) }
          next = scalars.next()
        }
        line.append("<tags:\(letters)>")
        previous = nil
        continue
      }
      if scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .enclosingMark,
        !scalar.properties.isDefaultIgnorableCodePoint
      {
        marks = previous == nil ? .max : marks + 1
        if previous != nil, marks <= maximumMarks {
          line.append(String(scalar))
          continue
        }
      } else {
        marks = 0
        if isPlain(scalar) || isEmojiSelector(scalar, after: previous) {
          line.append(String(scalar))
          previous = scalar
          continue
        }
      }
      if let escape = escapes[scalar] {
        line.append(escape)
        previous = nil
        continue
      }
      var count = 1
      while let repeated = next, repeated == scalar {
        count += 1
        next = scalars.next()
      }
      line.append(name(scalar, count: count))
      previous = nil
    }
    return line.text
  }

  /// JSON text with the same meaning in which every character that is not plainly visible is written as `\u` escapes.
  static func json(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      if isPlain(scalar) || scalar == "\n" {
        safe.unicodeScalars.append(scalar)
      } else {
        // Outside strings JSON is ASCII, so this one stands in a string.
        for unit in UTF16.encode(scalar) ?? .init() { safe += "\\u" + hexadecimal(UInt32(unit)).lowercased() }
      }
    }
    return safe
  }

  /// Cuts a text that is safe already, by columns.
  static func cut(_ text: String, width: Int) -> String {
    guard width > 0 else { return "" }
    var line = BoundedLine(limit: width)
    for scalar in text.unicodeScalars where !line.isFull { line.append(String(scalar)) }
    return line.text
  }

  private static let maximumMarks = 3
  private static let escapes: [Unicode.Scalar: String] = ["\n": "\\n", "\r": "\\r", "\t": "\\t"]

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    // Ogham's space mark is a line; the braille cell without dots is not there at all.
    default: return !properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }

  private static func isEmojiSelector(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
    guard scalar.value == 0xFE0E || scalar.value == 0xFE0F, let previous else { return false }
    return previous.properties.isEmoji && previous.value > 0x7F
  }

  private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0000...0xE007F).contains(scalar.value) }

  private static func tagLetter(_ scalar: Unicode.Scalar) -> String {
    let ascii = scalar.value & 0x7F
    guard (0x20...0x7E).contains(ascii), let letter = Unicode.Scalar(ascii) else { return "" }
    return String(letter)
  }

  private static func name(_ scalar: Unicode.Scalar, count: Int) -> String {
    let number = hexadecimal(scalar.value)
    return count == 1 ? "<U+\(number)>" : "<U+\(number) x\(count)>"
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

/// Collects pieces up to a number of columns; the piece that does not fit any more is cut, with `…` for the rest.
private struct BoundedLine {
  let limit: Int
  private(set) var text = ""
  private(set) var isFull = false
  private var width = 0
  private var lastWidth = 0
  /// Bytes of `text` that leave a column for `…`.
  private var kept = 0

  init(limit: Int) { self.limit = limit }

  mutating func append(_ piece: String) {
    for scalar in piece.unicodeScalars {
      var columns = DisplayWidth.of(scalar)
      if scalar.value == 0xFE0F, lastWidth == 1 { columns = 1 }
      if width + columns > limit {
        text = String(decoding: text.utf8.prefix(kept), as: UTF8.self) + "…"
        isFull = true
        return
      }
      lastWidth = columns
      text.unicodeScalars.append(scalar)
      width += columns
      if width < limit { kept = text.utf8.count }
    }
  }
}
