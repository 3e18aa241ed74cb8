/// Code points as UTF-8 byte sequences (RFC 3629).
enum UTF8Sequences {
  static func encode(_ scalar: Unicode.Scalar) -> [UInt8] {
    Array(String(Character(scalar)).utf8)
  }

  /// Byte sequences that together match exactly the code points of a range beyond ASCII; surrogates are left out.
  static func nodes(for range: ClosedRange<UInt32>) -> [Node] {
    var result: [Node] = []
    // Code points of one encoded length, and without the surrogate gap.
    for span: ClosedRange<UInt32> in [0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF] {
      let low = max(range.lowerBound, span.lowerBound)
      let high = min(range.upperBound, span.upperBound)
      if low <= high {
        append(low, high, trailing: span.upperBound <= 0x7FF ? 1 : span.upperBound <= 0xFFFF ? 2 : 3, &result)
      }
    }
    return result
  }

  /// Splits until the bounds share their leading bytes or all trailing bytes run through their whole range.
  private static func append(_ low: UInt32, _ high: UInt32, trailing: UInt32, _ result: inout [Node]) {
    for count in 1...trailing {
      let mask: UInt32 = (1 << (6 * count)) - 1
      guard low & ~mask != high & ~mask else { continue }
      if low & mask != 0 {
        append(low, low | mask, trailing: trailing, &result)
        append((low | mask) + 1, high, trailing: trailing, &result)
        return
      }
      if high & mask != mask {
        append(low, (high & ~mask) - 1, trailing: trailing, &result)
        append(high & ~mask, high, trailing: trailing, &result)
        return
      }
    }
    let first = bytes(of: low, trailing: trailing)
    let last = bytes(of: high, trailing: trailing)
    result.append(Node.sequence(zip(first, last).map { .bytes(ByteSet($0...$1)) }))
  }

  private static func bytes(of value: UInt32, trailing: UInt32) -> [UInt8] {
    let lead: UInt32 = trailing == 1 ? 0xC0 : trailing == 2 ? 0xE0 : 0xF0
    var bytes = [UInt8(lead | value >> (6 * trailing))]
    for position in (0..<trailing).reversed() {
      bytes.append(UInt8(0x80 | (value >> (6 * position)) & 0x3F))
    }
    return bytes
  }
}
