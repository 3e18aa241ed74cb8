/// A set of byte values. The separator byte 0xFF is never a member of a set that a pattern produces.
struct ByteSet: Hashable, Sendable {
  /// One bit per byte value, lowest value first.
  private(set) var words: SIMD4<UInt64> = .zero

  static let empty = ByteSet()

  /// Every byte that a pattern may match: all but the separator.
  static let any: ByteSet = {
    var set = ByteSet(0...0xFE)
    set.remove(Separator.byte)
    return set
  }()

  init() {}

  init(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0
  }

  mutating func insert(_ byte: UInt8) {
    words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
  }

  mutating func remove(_ byte: UInt8) {
    words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63))
  }

  mutating func formUnion(_ other: ByteSet) {
    words |= other.words
  }

  var count: Int {
    words[0].nonzeroBitCount + words[1].nonzeroBitCount + words[2].nonzeroBitCount + words[3].nonzeroBitCount
  }

  var isEmpty: Bool { words == .zero }

  /// The members in ascending order.
  var members: [UInt8] {
    (UInt8.min...UInt8.max).filter(contains)
  }

  /// Every byte that is not a member, without the separator.
  var complement: ByteSet {
    var result = ByteSet()
    result.words = ~words & ByteSet.any.words
    return result
  }

  /// The set with the other ASCII case of each letter added.
  var caseFolded: ByteSet {
    var result = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      let capital = letter & ~0x20
      if contains(letter) || contains(capital) {
        result.insert(letter)
        result.insert(capital)
      }
    }
    return result
  }
}

extension ByteSet {
  static let digit = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  static let alpha = union(lower, upper)
  static let alnum = union(alpha, digit)
  static let word = union(alnum, ByteSet([UInt8(ascii: "_")]))
  /// `\s` of RE2: without the vertical tab.
  static let space = ByteSet([0x09, 0x0A, 0x0C, 0x0D, 0x20])
  static let newline = ByteSet([0x0A])

  static func union(_ first: ByteSet, _ second: ByteSet) -> ByteSet {
    var result = first
    result.formUnion(second)
    return result
  }
}

/// The byte that divides texts which are scanned together.
package enum Separator {
  /// 0xFF never occurs in UTF-8. No pattern matches or crosses it; next to it `^ $ \b \A \z` behave as at the edge of a text.
  package static let byte: UInt8 = 0xFF
}
