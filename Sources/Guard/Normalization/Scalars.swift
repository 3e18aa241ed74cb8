/// One Unicode scalar of a UTF-8 text. Total: a byte that starts nothing valid counts as one scalar U+FFFD of length 1.
struct DecodedScalar {
  let value: UInt32
  let length: Int

  @inline(__always)
  init(_ text: UnsafeRawBufferPointer, at index: Int) {
    let first = UInt32(text[index])
    let left = text.count - index
    if first < 0x80 {
      self.init(value: first, length: 1)
    } else if first < 0xE0, left >= 2 {
      self.init(value: (first & 0x1F) << 6 | Self.tail(text[index + 1]), length: 2)
    } else if first < 0xF0, left >= 3 {
      let middle = Self.tail(text[index + 1]) << 6
      self.init(value: (first & 0x0F) << 12 | middle | Self.tail(text[index + 2]), length: 3)
    } else if first >= 0xF0, left >= 4 {
      let upper = Self.tail(text[index + 1]) << 12 | Self.tail(text[index + 2]) << 6
      self.init(value: (first & 0x07) << 18 | upper | Self.tail(text[index + 3]), length: 4)
    } else {
      self.init(value: 0xFFFD, length: 1)
    }
  }

  /// The scalar that ends before `index`, or nil at the start.
  init?(_ text: UnsafeRawBufferPointer, before index: Int) {
    guard index > 0 else { return nil }
    var start = index - 1
    while start > 0, index - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
    self.init(text, at: start)
  }

  private init(value: UInt32, length: Int) {
    self.value = value
    self.length = length
  }

  private static func tail(_ byte: UInt8) -> UInt32 { UInt32(byte & 0x3F) }
}

extension Array where Element == UInt8 {
  /// Appends a scalar as UTF-8.
  mutating func append(scalar: UInt32) {
    switch scalar {
    case ..<0x80:
      append(UInt8(scalar))
    case ..<0x800:
      append(UInt8(0xC0 | scalar >> 6))
      append(UInt8(0x80 | scalar & 0x3F))
    case ..<0x10000:
      append(UInt8(0xE0 | scalar >> 12))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    default:
      append(UInt8(0xF0 | scalar >> 18 & 0x07))
      append(UInt8(0x80 | scalar >> 12 & 0x3F))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

extension UInt8 {
  @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
  @inline(__always) var isASCIIUpper: Bool { self &- 0x41 < 26 }
  @inline(__always) var isASCIILower: Bool { self &- 0x61 < 26 }
  @inline(__always) var isASCIIDigit: Bool { self &- 0x30 < 10 }
  @inline(__always) var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
  @inline(__always) var isASCIISpace: Bool { self == 0x20 || self &- 9 < 5 }

  /// The value of a hexadecimal digit, or nil.
  @inline(__always) var hexValue: UInt8? {
    if isASCIIDigit { return self &- 0x30 }
    let letter = self | 0x20
    return letter &- 0x61 < 6 ? letter &- 0x57 : nil
  }
}

/// A set of ASCII bytes as bits, for loops that ask about every byte of a text.
struct ASCIISet {
  let low: UInt64
  let high: UInt64

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    byte < 128 && (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 != 0
  }
}

/// The start of a word, a byte comparison that needs no allocation.
@inline(__always)
func hasBytes(_ literal: StaticString, in text: UnsafeRawBufferPointer, at index: Int) -> Bool {
  let length = literal.utf8CodeUnitCount
  guard index >= 0, index + length <= text.count else { return false }
  let start = literal.utf8Start
  for offset in 0..<length where text[index + offset] != start[offset] { return false }
  return true
}
