import Guard

/// The one way for a text that we did not write to reach a terminal: everything that is not plainly visible is written out
/// (`VisiblePieces`), so that no peer moves the cursor, changes colours or the title, hides or reorders words, or breaks a
/// table.
enum TerminalText {
  /// The text on one line, at most `width` columns wide; what is cut off is replaced by `…`.
  ///
  /// Time is linear in the text, memory in `width`.
  static func line(_ text: String, width: Int = .max) -> String {
    guard width > 0 else { return "" }
    var line = BoundedLine(limit: width)
    for piece in VisiblePieces(text) {
      switch piece {
      case .scalar(let scalar): line.append(String(scalar))
      case .space(_, let words), .writtenOut(let words): line.append(words)
      }
      if line.isFull { break }
    }
    return line.text
  }

  /// JSON text with the same meaning in which every character that is not plainly visible is written as `\u` escapes.
  static func json(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      if VisiblePieces.isPlain(scalar) || scalar == "\n" {
        safe.unicodeScalars.append(scalar)
      } else {
        // Outside strings JSON is ASCII, so this one stands in a string.
        for unit in UTF16.encode(scalar) ?? .init() { safe += "\\u" + hexadecimal(unit) }
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

  private static func hexadecimal(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
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
