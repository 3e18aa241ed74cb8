/// Breaks prose into lines.
enum TextWrap {
  /// Lines of at most `width` columns, broken at spaces; a longer word is broken where it must be. The text is safe
  /// for a terminal already. Empty for an empty text.
  static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var lineWidth = 0
    for word in text.split(separator: " ") {
      for piece in pieces(of: word, width: max(2, width)) {
        let pieceWidth = DisplayWidth.of(piece)
        if !line.isEmpty, lineWidth + 1 + pieceWidth > width {
          lines.append(line)
          (line, lineWidth) = ("", 0)
        }
        if !line.isEmpty {
          line += " "
          lineWidth += 1
        }
        line += piece
        lineWidth += pieceWidth
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private static func pieces(of word: Substring, width: Int) -> [String] {
    guard DisplayWidth.of(String(word)) > width else { return [String(word)] }
    var pieces: [String] = []
    var piece = ""
    var pieceWidth = 0
    for scalar in word.unicodeScalars {
      let columns = DisplayWidth.of(scalar)
      if pieceWidth + columns > width {
        pieces.append(piece)
        (piece, pieceWidth) = ("", 0)
      }
      piece.unicodeScalars.append(scalar)
      pieceWidth += columns
    }
    pieces.append(piece)
    return pieces
  }
}
