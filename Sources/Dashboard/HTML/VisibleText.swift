/// The one way for a text that we did not write into a page.
///
/// Characters with a meaning in HTML are escaped. Everything that is not plainly visible is written out, so that nobody
/// hides, reorders or imitates words in what a person decides by: control, bidirectional, format, private and unassigned
/// characters as `<U+202E>`, a run of equal ones as `<U+200B x12>`, tag characters as the ASCII that they carry. More
/// than three combining marks on one character are written out too.
enum VisibleText {
  /// - Parameter keepsLines: line feeds and tabs stay; else they are written as `\n` and `\t`.
  static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    // The usual case costs one look at each byte.
    if text.utf8.allSatisfy({ isHarmless($0) || (keepsLines && ($0 == 0x0A || $0 == 0x09)) }) { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 32)
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    var previous: Unicode.Scalar?
    var marks = 0
    while let scalar = next {
      next = scalars.next()
      if let entity = entity(scalar) {
        escaped += entity
        (previous, marks) = (scalar, 0)
        continue
      }
      if keepsLines, scalar == "\n" || scalar == "\t" {
        escaped.unicodeScalars.append(scalar)
        (previous, marks) = (nil, 0)
        continue
      }
      if isTag(scalar) {
        escaped += "&lt;tags:" + tagLetter(scalar)
        while let tag = next, isTag(tag) {
          escaped += tagLetter(tag)
          next = scalars.next()
        }
        escaped += "&gt;"
        previous = nil
        continue
      }
      if isMark(scalar) {
        marks += 1
        if previous != nil, marks <= maximumMarks {
          escaped.unicodeScalars.append(scalar)
          continue
        }
      } else {
        marks = 0
        if isPlain(scalar) || isEmojiSelector(scalar, after: previous) {
          escaped.unicodeScalars.append(scalar)
          previous = scalar
          continue
        }
      }
      if let short = shortForms[scalar] {
        escaped += short
      } else {
        var count = 1
        while let repeated = next, repeated == scalar {
          count += 1
          next = scalars.next()
        }
        escaped += name(scalar, count: count)
      }
      previous = nil
    }
    return escaped
  }

  private static let maximumMarks = 3
  private static let shortForms: [Unicode.Scalar: String] = ["\n": "\\n", "\r": "\\r", "\t": "\\t"]

  private static func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "`"):
      false
    default: (0x20..<0x7F).contains(byte)
    }
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

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    // The braille cell without dots is not there at all.
    default: return !properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value > 0x7F else { return false }
    let category = scalar.properties.generalCategory
    return (category == .nonspacingMark || category == .enclosingMark) && !scalar.properties.isDefaultIgnorableCodePoint
  }

  private static func isEmojiSelector(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
    guard scalar.value == 0xFE0E || scalar.value == 0xFE0F, let previous else { return false }
    return previous.properties.isEmoji && previous.value > 0x7F
  }

  private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0000...0xE007F).contains(scalar.value) }

  private static func tagLetter(_ scalar: Unicode.Scalar) -> String {
    let ascii = scalar.value & 0x7F
    guard (0x20...0x7E).contains(ascii), let letter = Unicode.Scalar(ascii) else { return "" }
    return entity(letter) ?? String(letter)
  }

  private static func name(_ scalar: Unicode.Scalar, count: Int) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let number = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    return count == 1 ? "&lt;U+\(number)&gt;" : "&lt;U+\(number) x\(count)&gt;"
  }
}
