/// A string literal inside a JSON text: where it stands, and how to read it.
///
/// Offsets count bytes of the scanned text and exclude the quotation marks.
package struct JSONString: Sendable, Equatable {
  package let start: Int
  package let end: Int
  /// Whether the literal holds a backslash. Without one, the bytes are the value.
  package let hasEscapes: Bool

  package init(start: Int, end: Int, hasEscapes: Bool) {
    self.start = start
    self.end = end
    self.hasEscapes = hasEscapes
  }

  package var range: Range<Int> { start..<end }

  /// Appends the decoded value (UTF-8) to `output`. An unpaired surrogate escape is read as U+FFFD.
  ///
  /// The literal must come from a successful scan of `text`. Linear; the output is never longer than the literal.
  package func decode(from text: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    let first = output.count
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<end]))
    guard hasEscapes else { return }
    let count = output.withUnsafeMutableBytes { bytes in
      unescape(text, into: UnsafeMutableRawBufferPointer(rebasing: bytes[first...]))
    }
    output.removeLast(output.count - first - count)
  }

  /// Writes the value over the literal. Returns the length of the value.
  private func unescape(_ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    var count = 0
    while index < end {
      // What is written never lies behind what was read.
      while index + 8 <= end {
        let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let difference = word ^ (ones &* 0x5C)
        if (difference &- ones) & ~difference & (ones &* 0x80) != 0 { break }
        bytes.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
        index += 8
        count += 8
      }
      guard index < end else { break }
      guard text[index] == 0x5C else {
        bytes[count] = text[index]
        index += 1
        count += 1
        continue
      }
      guard index + 1 < end else { break }
      switch text[index + 1] {
      case UInt8(ascii: "b"): bytes[count] = 0x08
      case UInt8(ascii: "f"): bytes[count] = 0x0C
      case UInt8(ascii: "n"): bytes[count] = 0x0A
      case UInt8(ascii: "r"): bytes[count] = 0x0D
      case UInt8(ascii: "t"): bytes[count] = 0x09
      case UInt8(ascii: "u"):
        let (scalar, length) = Self.escapedScalar(text, at: index, end: end)
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
          bytes[count] = byte
          count += 1
        }
        index += length
        continue
      case let other: bytes[count] = other
      }
      index += 2
      count += 1
    }
    return count
  }

  /// The decoded value. Convenience for short strings.
  package func value(in text: UnsafeRawBufferPointer) -> String {
    guard hasEscapes else {
      return String(decoding: UnsafeRawBufferPointer(rebasing: text[start..<end]), as: UTF8.self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end - start)
    decode(from: text, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the decoded value is exactly this text.
  package func equals(_ expected: StaticString, in text: UnsafeRawBufferPointer) -> Bool {
    let wanted = UnsafeRawBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
    guard hasEscapes else {
      return end - start == wanted.count && text[start..<end].elementsEqual(wanted)
    }
    var bytes: [UInt8] = []
    decode(from: text, into: &bytes)
    return bytes.elementsEqual(wanted)
  }

  /// Whether an escape in the literal is half of a surrogate pair without its other half.
  package func hasUnpairedSurrogate(in text: UnsafeRawBufferPointer) -> Bool {
    guard hasEscapes else { return false }
    var index = start
    while index + 1 < end {
      guard text[index] == 0x5C else {
        index += 1
        continue
      }
      guard text[index + 1] == UInt8(ascii: "u") else {
        index += 2
        continue
      }
      let unit = Self.codeUnit(text, at: index + 2)
      let (_, length) = Self.escapedScalar(text, at: index, end: end)
      if (0xD800...0xDFFF).contains(unit) && length == 6 { return true }
      index += length
    }
    return false
  }

  /// Decodes `\uXXXX` at `index`, or a surrogate pair of two of them. Returns the scalar and the length consumed.
  private static func escapedScalar(_ text: UnsafeRawBufferPointer, at index: Int, end: Int) -> (Unicode.Scalar, Int) {
    let first = codeUnit(text, at: index + 2)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    if first < 0xDC00, index + 12 <= end, text[index + 6] == 0x5C, text[index + 7] == UInt8(ascii: "u") {
      let second = codeUnit(text, at: index + 8)
      if (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return (scalar, 12)
      }
    }
    return ("\u{FFFD}", 6)
  }

  private static func codeUnit(_ text: UnsafeRawBufferPointer, at index: Int) -> UInt32 {
    var unit: UInt32 = 0
    for offset in index..<min(index + 4, text.count) { unit = unit << 4 | UInt32(hexDigit(text[offset]) ?? 0) }
    return unit
  }
}

/// The value of a hexadecimal digit, or nil.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
