/// A text that somebody else wrote, as pieces that a person can be shown.
///
/// Nobody shall hide, reorder or imitate words in what a person decides by, move a cursor or break a table. What is plainly
/// visible comes through scalar by scalar. Everything else is written out: `\n`, `\r` and `\t` so; other control,
/// bidirectional, format, invisible, private and unassigned characters as `<U+202E>`, a run of equal ones as
/// `<U+200B x12>`; tag characters as the ASCII that they carry, `<tags:ignore this>`. A variation selector passes only where
/// it belongs, once, behind an emoji. More than three combining marks on one character are written out too.
///
/// A lazy sequence: time is linear in what is asked for, memory constant. What a page or a terminal must escape besides is
/// theirs.
package struct VisiblePieces: Sequence, IteratorProtocol {
  package enum Piece: Equatable, Sendable {
    /// Visible as it is.
    case scalar(Unicode.Scalar)
    /// A line feed, carriage return or tab.
    case space(Unicode.Scalar, writtenOut: String)
    /// Printable ASCII that stands for what cannot be seen.
    case writtenOut(String)
  }

  private var scalars: String.UnicodeScalarView.Iterator
  private var upcoming: Unicode.Scalar?
  private var previous: Unicode.Scalar?
  private var marks = 0
  private var isInTags = false

  package init(_ text: String) {
    scalars = text.unicodeScalars.makeIterator()
    upcoming = scalars.next()
  }

  package mutating func next() -> Piece? {
    if isInTags { return nextOfTags() }
    guard let scalar = take() else { return nil }
    if Self.isTag(scalar) {
      isInTags = true
      previous = nil
      return .writtenOut("<tags:" + Self.tagLetter(scalar))
    }
    if Self.isMark(scalar) {
      marks += 1
      if previous != nil, marks <= Self.maximumMarks { return .scalar(scalar) }
    } else {
      marks = 0
      if Self.isPlain(scalar) || Self.isEmojiSelector(scalar, after: previous) {
        previous = scalar
        return .scalar(scalar)
      }
    }
    previous = nil
    if let short = Self.shortForms[scalar] { return .space(scalar, writtenOut: short) }
    var count = 1
    while upcoming == scalar {
      count += 1
      _ = take()
    }
    return .writtenOut(Self.name(scalar, count: count))
  }

  /// Whether a character can be seen and does nothing to its neighbours.
  package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    // Ogham's space mark is a line; the braille cell without dots is not there at all.
    default: return !properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }

  private mutating func take() -> Unicode.Scalar? {
    defer { upcoming = scalars.next() }
    return upcoming
  }

  private mutating func nextOfTags() -> Piece {
    guard let tag = upcoming, Self.isTag(tag) else {
      isInTags = false
      return .writtenOut(">")
    }
    _ = take()
    return .writtenOut(Self.tagLetter(tag))
  }

  private static let maximumMarks = 3
  private static let shortForms: [Unicode.Scalar: String] = ["\n": "\\n", "\r": "\\r", "\t": "\\t"]

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
    return String(letter)
  }

  private static func name(_ scalar: Unicode.Scalar, count: Int) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let number = String(repeating: "0", count: Swift.max(0, 4 - digits.utf8.count)) + digits
    return count == 1 ? "<U+\(number)>" : "<U+\(number) x\(count)>"
  }
}
