import Guard

/// What lets a person in: eight digits to type, or a link to follow once. Both are made anew at every start.
struct AccessCode: Sendable {
  /// Eight digits.
  let digits: String
  /// 32 hexadecimal digits; nil once it was used.
  private(set) var link: String?

  init() {
    var random = SystemRandomNumberGenerator()
    self.init(using: &random)
  }

  init(using random: inout some RandomNumberGenerator) {
    let number = UInt32.random(in: 0..<100_000_000, using: &random)
    let text = String(number)
    digits = String(repeating: "0", count: 8 - text.utf8.count) + text
    link = Token.make(bytes: 16, using: &random)
  }

  /// White space and dashes, by which people group digits, do not count.
  func accepts(_ typed: String) -> Bool {
    let digits = typed.utf8.prefix(64).filter { $0 != 0x20 && $0 != UInt8(ascii: "-") && $0 != 0x09 }
    return Token.isEqual(digits, Array(self.digits.utf8))
  }

  /// True once for the right link.
  mutating func use(link given: String) -> Bool {
    guard let link, Token.isEqual(Array(given.utf8), Array(link.utf8)) else { return false }
    self.link = nil
    return true
  }
}

/// Random words that nobody can guess, and their comparison.
enum Token {
  /// Lower-case hexadecimal.
  static func make(bytes: Int, using random: inout some RandomNumberGenerator) -> String {
    var text: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for _ in 0..<bytes {
      let byte = UInt8.random(in: 0...255, using: &random)
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes the same time wherever the two differ. That their lengths do may show.
  static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }
}
