/// Estimates how often a literal occurs in benign text, to choose the literals a scan looks for first.
struct ByteFrequency {
  private let pairs: [Float]
  private let triples: [Float]

  private static let symbols = 63
  private static let letters = 27

  init() {
    pairs = Self.decode(ByteFrequencyTable.pairs)
    triples = Self.decode(ByteFrequencyTable.triples)
  }

  /// Expected occurrences per MB: the smallest count among all pairs and triples inside, so rather too high than too low.
  func occurrences(of literal: some Collection<UInt8>) -> Float {
    let symbols = literal.map(Self.symbol)
    guard let first = symbols.first else { return .infinity }
    var smallest = pairs[first] * Self.share(first)
    for (left, right) in zip(symbols, symbols.dropFirst()) {
      let count = pairs[(left + 1) * Self.symbols + right] * Self.share(left) * Self.share(right)
      smallest = min(smallest, count)
    }
    let letters = symbols.map { min($0, Self.letters - 1) }
    for ((left, middle), right) in zip(zip(letters, letters.dropFirst()), letters.dropFirst(2)) {
      smallest = min(smallest, triples[(left * Self.letters + middle) * Self.letters + right])
    }
    // Longer literals are rarer than their rarest part.
    return smallest / Float(1 + max(0, literal.count - 3))
  }

  /// All ten digits share a symbol.
  private static func share(_ symbol: Int) -> Float { symbol == 26 ? 0.1 : 1 }

  private static func symbol(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 0x61
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 0x41
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 26
    case 0x20: 27
    case 0x0A: 28
    case 0x80...: 29
    case 0x21...0x2F: 31 + Int(byte) - 0x21
    case 0x3A...0x40: 46 + Int(byte) - 0x3A
    case 0x5B...0x60: 53 + Int(byte) - 0x5B
    case 0x7B...0x7E: 59 + Int(byte) - 0x7B
    default: 30
    }
  }

  private static func decode(_ text: StaticString) -> [Float] {
    // 2^(1/4)
    let step: Float = 1.189207
    var powers: [Float] = [0.25]
    for _ in 0..<128 { powers.append((powers.last ?? 1) * step) }
    return text.withUTF8Buffer { buffer in
      // "~" stands in for the backslash, which a literal could not hold plainly.
      buffer.map { byte in powers[Int((byte == 0x7E ? 0x5C : max(byte, 0x23)) - 0x23)] }
    }
  }
}
