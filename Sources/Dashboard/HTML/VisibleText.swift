import Guard

/// The one way for a text that we did not write into a page: characters with a meaning in HTML are escaped, everything
/// that is not plainly visible is written out (`VisiblePieces`).
enum VisibleText {
  /// - Parameter keepsLines: line feeds and tabs stay; else they are written as `\n` and `\t`.
  static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    // The usual case costs one look at each byte.
    if text.utf8.allSatisfy({ isHarmless($0) || (keepsLines && ($0 == 0x0A || $0 == 0x09)) }) { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 32)
    for piece in VisiblePieces(text) {
      switch piece {
      case .scalar(let scalar): append(scalar, to: &escaped)
      case .space(let scalar, _) where keepsLines && scalar != "\r": escaped.unicodeScalars.append(scalar)
      case .space(_, let words), .writtenOut(let words):
        for scalar in words.unicodeScalars { append(scalar, to: &escaped) }
      }
    }
    return escaped
  }

  private static func append(_ scalar: Unicode.Scalar, to escaped: inout String) {
    if let entity = entity(scalar) { escaped += entity } else { escaped.unicodeScalars.append(scalar) }
  }

  private static func isHarmless(_ byte: UInt8) -> Bool {
    (0x20..<0x7F).contains(byte) && entity(Unicode.Scalar(byte)) == nil
  }

  private static func entity(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "'": "&#39;"
    case "`": "&#96;"
    default: nil
    }
  }
}
