/// `entropy`: the last token of the match looks random: at least 3.5 bits a character, adjusted to its alphabet and length, and
/// it is no placeholder, no words, no UUID and no hexadecimal digest.
struct Entropy: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let lower = max(0, match.lowerBound)
    var end = min(match.upperBound, text.count)
    while end > lower, !Self.isPart(text[end - 1]) { end -= 1 }
    var start = end
    while start > lower, end - start < 512, Self.isPart(text[start - 1]) { start -= 1 }
    var token = Array(text[start..<end])[...]
    // `key=value` without quotes: the value.
    if let sign = token.dropLast(4).lastIndex(of: UInt8(ascii: "=")) { token = token[(sign + 1)...] }
    while token.last == UInt8(ascii: "=") { token.removeLast() }
    return Self.isRandom(token)
  }

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { match }

  private static func isPart(_ byte: UInt8) -> Bool {
    Tokens.isPart(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "!")
      || byte == UInt8(ascii: "@")
      || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "^")
      || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
  }

  static func isRandom(_ token: ArraySlice<UInt8>) -> Bool {
    guard token.count >= 8, !NotPlaceholder.isPlaceholder(token), !isUUID(token) else { return false }
    let kinds = Kinds(token)
    if kinds.isHexadecimal && [32, 40, 56, 64, 96, 128].contains(token.count) { return false }
    if kinds.letters == 0 { return false }
    if isWords(token, kinds) { return false }
    // What random text of this length and alphabet would have, at most 3.5.
    let alphabet: Double = kinds.isHexadecimal ? 4 : kinds.classes == 1 ? 4.7 : 5.7
    let expected = min(log2(Double(token.count)), alphabet)
    return shannon(token) >= min(3.5, expected * 0.82)
  }

  /// Bits per character.
  static func shannon(_ token: ArraySlice<UInt8>) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in token { counts[Int(byte)] += 1 }
    let total = Double(token.count)
    return counts.reduce(0) { sum, count in
      count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
    }
  }

  /// Without libm: exponent and mantissa, then a series for the logarithm of the mantissa. Error below 1e-6.
  private static func log2(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let mantissa = x.significand
    // ln m = 2 atanh((m - 1) / (m + 1)), with m in 1..<2.
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    var term = t
    var sum = 0.0
    for power in stride(from: 1.0, through: 17.0, by: 2.0) {
      sum += term / power
      term *= square
    }
    return Double(x.exponent) + 2 * sum * 1.442_695_040_888_963_4
  }

  private struct Kinds {
    var uppers = 0
    var lowers = 0
    var digits = 0
    var others = 0
    /// Of these, what no name has.
    var signs = 0
    var isHexadecimal = true
    var changes = 0

    var letters: Int { uppers + lowers }
    var classes: Int { [uppers, lowers, digits].count { $0 > 0 } }
    /// One case, or camelCase: no more than every third letter of the rarer case.
    var isLikeWords: Bool { min(uppers, lowers) * 3 <= letters }

    init(_ token: ArraySlice<UInt8>) {
      var previous = -1
      for byte in token {
        let kind: Int
        if byte.isASCIIUpper {
          uppers += 1
          kind = 0
        } else if byte.isASCIILower {
          lowers += 1
          kind = 1
        } else if byte.isASCIIDigit {
          digits += 1
          kind = 2
        } else {
          others += 1
          if !Entropy.isNameSeparator(byte) { signs += 1 }
          kind = 3
        }
        if byte.hexValue == nil { isHexadecimal = false }
        if previous >= 0, kind != previous { changes += 1 }
        previous = kind
      }
    }
  }

  /// What stands between the words of names, paths and addresses.
  private static func isNameSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@"): true
    default: false
    }
  }

  /// Letters with at most one digit that look like words run together, or parts that are all words of one case.
  private static func isWords(_ token: ArraySlice<UInt8>, _ kinds: Kinds) -> Bool {
    if kinds.digits <= 1 && kinds.others == 0 { return kinds.isLikeWords }
    // snake_case, kebab-case, dotted.names, paths: each part letters or digits alone, or a word with a number behind.
    var parts = 0
    var wordy = 0
    for part in token.split(whereSeparator: { !$0.isASCIIAlphanumeric }) {
      parts += 1
      let inner = Kinds(part)
      let isWord = inner.digits == 0 && inner.isLikeWords
      let isNumbered = inner.digits > 0 && inner.letters > 0 && inner.changes <= 2 && part.count <= 12
      if isWord || inner.letters == 0 || isNumbered && kinds.signs == 0 { wordy += part.count }
    }
    let total = token.count - kinds.others
    return parts > 1 && wordy * 10 >= total * 9 || parts == 1 && kinds.changes <= 2 && token.count <= 12
  }

  private static func isUUID(_ token: ArraySlice<UInt8>) -> Bool {
    guard token.count == 36 else { return false }
    return token.enumerated().allSatisfy { position, byte in
      [8, 13, 18, 23].contains(position) ? byte == UInt8(ascii: "-") : byte.hexValue != nil
    }
  }
}
