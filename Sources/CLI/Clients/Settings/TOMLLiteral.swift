/// The forms of TOML's values that are not texts.
enum TOMLLiteral {
  static func isValid(_ word: [UInt8]) -> Bool {
    switch String(decoding: word, as: UTF8.self) {
    case "true", "false", "inf", "+inf", "-inf", "nan", "+nan", "-nan": return true
    default: return isInteger(word) || isFloat(word) || isDateOrTime(word)
    }
  }

  private static func isInteger(_ word: [UInt8]) -> Bool {
    if word.count > 2, word[0] == 0x30, let isDigit = radixDigits[word[1]] {
      return isDigits(word[2...], isDigit)
    }
    return isDecimal(unsigned(word))
  }

  /// Without leading zeros.
  private static func isDecimal(_ digits: ArraySlice<UInt8>) -> Bool {
    isDigits(digits, decimal) && (digits.count == 1 || digits.first != 0x30)
  }

  private static func isFloat(_ word: [UInt8]) -> Bool {
    var mantissa = unsigned(word)
    var hasExponent = false
    if let place = mantissa.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      guard isDigits(unsigned(Array(mantissa[(place + 1)...])), decimal) else { return false }
      mantissa = mantissa[..<place]
      hasExponent = true
    }
    guard let point = mantissa.firstIndex(of: UInt8(ascii: ".")) else { return hasExponent && isDecimal(mantissa) }
    return isDecimal(mantissa[..<point]) && isDigits(mantissa[(point + 1)...], decimal)
  }

  /// By shape: `YYYY-MM-DD`, `HH:MM:SS` with a fraction, or both with `T`, `t` or a space between and an offset.
  private static func isDateOrTime(_ word: [UInt8]) -> Bool {
    var rest = word[...]
    if matches(rest, "dddd-dd-dd") {
      guard isDay(rest) else { return false }
      rest = rest.dropFirst(10)
      guard let separator = rest.popFirst() else { return true }
      guard [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(separator) else { return false }
      guard let behind = behindTime(rest) else { return false }
      return behind.isEmpty || (behind.count == 1 && behind.first.map { $0 | 0x20 } == UInt8(ascii: "z"))
        || (behind.count == 6 && (matches(behind, "+dd:dd") || matches(behind, "-dd:dd"))
          && number(behind, 1, 2) < 24 && number(behind, 4, 2) < 60)
    }
    return behindTime(rest)?.isEmpty ?? false
  }

  private static func behindTime(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard matches(text, "dd:dd:dd"), number(text, 0, 2) < 24, number(text, 3, 2) < 60, number(text, 6, 2) < 60 else {
      return nil
    }
    var rest = text.dropFirst(8)
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: decimal)
      guard !fraction.isEmpty else { return nil }
      rest = rest.dropFirst(1 + fraction.count)
    }
    return rest
  }

  /// A day that there is.
  private static func isDay(_ text: ArraySlice<UInt8>) -> Bool {
    let (year, month, day) = (number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return year > 0 && lengths.indices.contains(month - 1) && (1...lengths[month - 1]).contains(day)
  }

  /// Digits as a number; the shape has been checked.
  private static func number(_ text: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
    text.dropFirst(offset).prefix(count).reduce(0) { $0 * 10 + Int($1 & 15) }
  }

  private static func matches(_ text: ArraySlice<UInt8>, _ shape: StaticString) -> Bool {
    guard text.count >= shape.utf8CodeUnitCount else { return false }
    return zip(text, 0..<shape.utf8CodeUnitCount).allSatisfy { byte, place in
      shape.utf8Start[place] == UInt8(ascii: "d") ? decimal(byte) : byte == shape.utf8Start[place]
    }
  }

  private static func unsigned(_ word: [UInt8]) -> ArraySlice<UInt8> {
    word.first == UInt8(ascii: "+") || word.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
  }

  /// Digits with single underscores between them.
  private static func isDigits(_ text: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> Bool {
    guard let first = text.first, let last = text.last, isDigit(first), isDigit(last) else { return false }
    var previous: UInt8 = 0
    for byte in text {
      guard isDigit(byte) || (byte == UInt8(ascii: "_") && isDigit(previous)) else { return false }
      previous = byte
    }
    return true
  }

  private static let decimal: @Sendable (UInt8) -> Bool = { (0x30...0x39).contains($0) }
  private static let radixDigits: [UInt8: @Sendable (UInt8) -> Bool] = [
    UInt8(ascii: "x"): { decimal($0) || (0x61...0x66).contains($0 | 0x20) },
    UInt8(ascii: "o"): { (0x30...0x37).contains($0) }, UInt8(ascii: "b"): { $0 == 0x30 || $0 == 0x31 },
  ]
}
