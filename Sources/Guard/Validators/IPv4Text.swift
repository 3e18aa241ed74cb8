/// IPv4 addresses as `inet_aton` and the URL standard read them: one to four numbers, each decimal, octal or hexadecimal, the last
/// of which fills the rest.
enum IPv4Text {
  static func parse(_ name: [UInt8]) -> (value: UInt32, isUsual: Bool)? {
    guard let first = name.first, first.isASCIIDigit else { return nil }
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 4 else { return nil }
    var numbers: [UInt64] = []
    var isUsual = parts.count == 4
    for part in parts {
      guard let number = number(part) else { return nil }
      numbers.append(number.value)
      isUsual = isUsual && number.isDecimal
    }
    let last = numbers.removeLast()
    var value: UInt64 = 0
    for number in numbers {
      // Some parsers let octets run over: 425 is 169.
      if number > 255 { isUsual = false }
      value = value << 8 | number & 255
    }
    let room = UInt64(8 * (4 - numbers.count))
    if last >= 1 << room { isUsual = false }
    value = value << room | last & (1 << room - 1)
    return (UInt32(truncatingIfNeeded: value), isUsual)
  }

  private static func number(_ part: ArraySlice<UInt8>) -> (value: UInt64, isDecimal: Bool)? {
    guard !part.isEmpty, part.count <= 40 else { return nil }
    var digits = part
    var radix: UInt64 = 10
    if part.count > 1, part.first == UInt8(ascii: "0") {
      digits = part.dropFirst()
      radix = 8
      if digits.first == UInt8(ascii: "x") {
        digits = digits.dropFirst()
        radix = 16
      } else if digits.contains(where: { $0 == 0x38 || $0 == 0x39 }) {
        // 08 and 09 are no octal numbers; lenient parsers take them as decimal.
        radix = 10
      }
    }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexValue, UInt64(digit) < radix else { return nil }
      value = (value &* radix &+ UInt64(digit)) & 0xFFFF_FFFF_FFFF
    }
    return (value, radix == 10 && (part.count == 1 || part.first != 0x30))
  }
}
