/// The canonical form of JSON texts (RFC 8785): members sorted by the UTF-16 units of their names, no white space, numbers
/// as ECMAScript writes them, as few escapes as possible. Texts that mean the same have the same canonical text.
package enum CanonicalJSON {
  /// The canonical text of one JSON value.
  ///
  /// - Parameters:
  ///   - names: members of the outermost object that are left out.
  ///   - requiringExactNumbers: refuses numbers that a double would change. RFC 8785 rounds them, so that two different
  ///     numbers may get one text; who compares texts in order to trust one of them must not allow that.
  /// - Throws: when the text is no I-JSON (RFC 7493), for which no canonical form is defined.
  /// - Complexity: linear, but for the sorting of members.
  package static func text(
    of text: UnsafeRawBufferPointer, without names: [String] = [], requiringExactNumbers: Bool = false
  ) throws(CanonicalJSONError) -> [UInt8] {
    let seen: JSONObservations
    var value: JSONValue
    do throws(JSONValueError) {
      value = try JSONValue(parsing: text)
      var scanner = JSONScanner()
      var sink = DiscardingSink()
      do throws(JSONSyntaxError) { seen = try scanner.scan(text, sink: &sink) } catch { throw .syntax(error) }
    } catch {
      throw .notJSON(error)
    }
    guard !seen.unpairedSurrogate else { throw .unpairedSurrogate }
    if case .object(let members) = value, !names.isEmpty {
      // By bytes: `String` would take canonically equivalent names for equal.
      value = .object(members.filter { member in !names.contains { $0.utf8.elementsEqual(member.name.utf8) } })
    }
    var writer = CanonicalWriter(requiresExactNumbers: requiringExactNumbers)
    writer.bytes.reserveCapacity(text.count)
    try writer.write(value)
    return writer.bytes
  }
}

/// Why a text has no canonical form.
package enum CanonicalJSONError: Error, Sendable, Equatable {
  /// Not JSON, or with a member name that stands twice in one object.
  case notJSON(JSONValueError)
  case unpairedSurrogate
  /// Beyond what a double can hold, or, where that was asked for, not exactly a double.
  case number
}

private struct CanonicalWriter {
  let requiresExactNumbers: Bool
  var bytes: [UInt8] = []

  init(requiresExactNumbers: Bool) { self.requiresExactNumbers = requiresExactNumbers }

  mutating func write(_ value: JSONValue) throws(CanonicalJSONError) {
    switch value {
    case .null: raw("null")
    case .bool(let value): raw(value ? "true" : "false")
    case .number(let literal):
      guard let number = CanonicalNumber(literal: literal), number.isExact || !requiresExactNumbers else {
        throw .number
      }
      bytes.append(contentsOf: number.text)
    case .string(let text): write(text)
    case .array(let elements):
      raw("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { raw(",") }
        try write(element)
      }
      raw("]")
    case .object(let members):
      raw("{")
      let sorted = members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { raw(",") }
        write(member.name)
        raw(":")
        try write(member.value)
      }
      raw("}")
    }
  }

  /// A string with the escapes of RFC 8785, section 3.2.2.2, and no others.
  private mutating func write(_ text: String) {
    raw("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x08: raw("\\b")
      case 0x09: raw("\\t")
      case 0x0A: raw("\\n")
      case 0x0C: raw("\\f")
      case 0x0D: raw("\\r")
      case 0..<0x20:
        raw("\\u00")
        bytes.append(hexadecimal(byte >> 4))
        bytes.append(hexadecimal(byte & 15))
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }

  private func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }

  private mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
