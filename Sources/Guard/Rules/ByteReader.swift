/// Reads the rule tables. Every read is checked against the end, so that damaged tables are refused and never trap.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func byte() throws(RuleTableError) -> UInt8 {
    guard offset < bytes.count else { throw RuleTableError(reason: "truncated") }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Little-endian base-128 integer.
  mutating func integer() throws(RuleTableError) -> Int {
    var value = 0
    var shift = 0
    while true {
      let byte = try byte()
      guard shift < 56 else { throw RuleTableError(reason: "number too large") }
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }

  mutating func string() throws(RuleTableError) -> String {
    String(decoding: try raw(), as: UTF8.self)
  }

  /// Passes over a string.
  mutating func skip() throws(RuleTableError) { _ = try raw() }

  /// A length, then as many bytes. Not copied.
  mutating func raw() throws(RuleTableError) -> UnsafeRawBufferPointer {
    let count = try integer()
    guard count <= bytes.count - offset else { throw RuleTableError(reason: "truncated") }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }
}

/// The counterpart of `ByteReader`.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func integer(_ value: Int) {
    var rest = UInt64(max(0, value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func string(_ value: String) { raw(Array(value.utf8)) }

  mutating func raw(_ value: [UInt8]) {
    integer(value.count)
    bytes.append(contentsOf: value)
  }
}

/// Why compiled rule tables were refused.
package struct RuleTableError: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String
  package var description: String { "rule tables: \(reason)" }
}
