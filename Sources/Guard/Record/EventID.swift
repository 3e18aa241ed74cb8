/// Names one audit record: 20 lower-case characters that sort by time.
///
/// 48 bits of milliseconds since 1970, then 52 random bits, in Crockford's base 32 (no i, l, o, u). Two ids made in
/// the same millisecond collide with probability 2^-52, whoever makes them.
package struct EventID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let description: String

  /// Makes a new id for a moment given in microseconds since 1970.
  package init(microseconds: Int64) {
    var random = SystemRandomNumberGenerator()
    self.init(milliseconds: UInt64(max(0, microseconds / 1000)), random: random.next())
  }

  package init(milliseconds: UInt64, random: UInt64) {
    let high = milliseconds & 0xFFFF_FFFF_FFFF
    let low = random & 0xF_FFFF_FFFF_FFFF
    var text: [UInt8] = []
    text.reserveCapacity(20)
    // 100 bits, five at a time from the top: 48 of time, then 52 of chance.
    for position in 0..<20 {
      let shift = 95 - position * 5
      var digit: UInt64
      if shift >= 52 {
        digit = high >> UInt64(shift - 52)
      } else {
        digit = low >> UInt64(shift)
        if shift + 5 > 52 { digit |= high << UInt64(52 - shift) }
      }
      digit &= 31
      text.append(Self.alphabet[Int(digit)])
    }
    description = String(decoding: text, as: UTF8.self)
  }

  /// Takes an id from text (a database, a command line). Nil when it is not one.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20, bytes.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
    description = text
  }

  package static func < (left: EventID, right: EventID) -> Bool { left.description < right.description }

  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
