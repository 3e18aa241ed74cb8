/// A JSON number as ECMAScript writes the double nearest to it (ECMA-262, Number::toString; RFC 8785, section 3.2.2.3).
struct CanonicalNumber {
  let text: [UInt8]
  /// Whether the text means the same number as the literal, digit by digit.
  let isExact: Bool

  /// - Returns: nil when the number is beyond the largest double.
  init?(literal: String) {
    guard let value = Double(literal), value.isFinite else { return nil }
    let shortest = Decimal(value.magnitude.description)
    isExact = shortest == Decimal(literal)
    text = shortest.text(isNegative: value < 0)
  }

  /// 0.d₁d₂d₃… times ten to the power of `point`; the first and the last digit are not zero. No digits: zero.
  private struct Decimal: Equatable {
    private var digits: [UInt8] = []
    private var point = 0

    /// - Parameter literal: a JSON number, or what Swift prints for a double. The sign is left out.
    init(_ literal: String) {
      var isBehindPoint = false
      var exponent = 0
      var bytes = Substring(literal).utf8
      while let byte = bytes.popFirst() {
        switch byte {
        case UInt8(ascii: "."): isBehindPoint = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
          exponent = Self.exponent(bytes)
          bytes = Substring("").utf8
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          if !isBehindPoint { point += 1 }
          if digits.isEmpty, byte == UInt8(ascii: "0") {
            point -= 1
          } else {
            digits.append(byte)
          }
        default: break
        }
      }
      while digits.last == UInt8(ascii: "0") { digits.removeLast() }
      point = digits.isEmpty ? 0 : point + exponent
    }

    /// Bounded, so that no exponent overflows; no double is anywhere near.
    private static func exponent(_ bytes: Substring.UTF8View) -> Int {
      var value = 0
      for byte in bytes where (0x30...0x39).contains(byte) { value = min(value * 10 + Int(byte - 0x30), 100_000_000) }
      return bytes.first == UInt8(ascii: "-") ? -value : value
    }

    func text(isNegative: Bool) -> [UInt8] {
      guard let first = digits.first else { return [UInt8(ascii: "0")] }
      var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
      func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "0"), count: count) }
      switch point {
      case digits.count...max(21, digits.count) where point <= 21:
        text += digits + zeros(point - digits.count)
      case 1...21:
        text += digits[..<point]
        text.append(UInt8(ascii: "."))
        text += digits[point...]
      case -5...0:
        text += Array("0.".utf8) + zeros(-point) + digits
      default:
        text.append(first)
        if digits.count > 1 {
          text.append(UInt8(ascii: "."))
          text += digits[1...]
        }
        text += Array("e\(point > 0 ? "+" : "-")\(abs(point - 1))".utf8)
      }
      return text
    }
  }
}
