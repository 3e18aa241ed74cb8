/// The id of a JSON-RPC request: a string or an integer, kept with its literal.
///
/// MCP allows nothing else (specification, "Base protocol", requests). `1` and `"1"` are different ids. Two string
/// literals that decode to the same text are the same id, because peers decode and encode them again.
package struct RequestID: Sendable, Hashable {
  package enum Kind: Sendable {
    case string, number
  }

  package let kind: Kind
  /// The decoded string, or the digits of the number.
  package let value: String
  /// As it was written, quotation marks included. Replies use this, so that numbers keep every digit.
  package let literal: String

  /// Ids longer than this are refused: they are kept in memory until they are answered.
  package static let maximumLength = 1024

  package init(number literal: String) {
    kind = .number
    value = literal == "-0" ? "0" : literal
    self.literal = literal
  }

  package init(string value: String, literal: String) {
    kind = .string
    self.value = value
    self.literal = literal
  }

  package static func == (left: RequestID, right: RequestID) -> Bool {
    // By bytes: String compares by canonical equivalence, and peers do not.
    left.kind == right.kind && left.value.utf8.elementsEqual(right.value.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    var value = value
    value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Reads a number literal that a scanner has validated. Nil for fractions, exponents and over-long numbers.
  static func integer(_ range: Range<Int>, in text: UnsafeRawBufferPointer) -> RequestID? {
    guard range.count <= maximumLength else { return nil }
    let digits = text[range].first == UInt8(ascii: "-") ? text[range].dropFirst() : text[range]
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return RequestID(number: String(decoding: text[range], as: UTF8.self))
  }

  static func string(_ string: JSONString, in text: UnsafeRawBufferPointer) -> RequestID? {
    guard string.end - string.start <= maximumLength else { return nil }
    let literal = String(decoding: text[(string.start - 1)..<(string.end + 1)], as: UTF8.self)
    return RequestID(string: string.value(in: text), literal: literal)
  }
}
