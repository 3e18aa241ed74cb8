/// Names a public key: the SHA-256 of its 32 bytes, written as 64 lower-case hexadecimal digits.
package struct Fingerprint: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let digest: Digest

  package init(_ digest: Digest) { self.digest = digest }

  /// - Returns: nil unless the text is 64 lower-case hexadecimal digits.
  package init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    guard let digest = Digest(bytes: bytes) else { return nil }
    self.digest = digest
  }

  package var hex: String { digest.hex }
  /// The first 16 digits, for lists.
  package var short: String { String(digest.hex.prefix(16)) }
  package var description: String { hex }

  package static func < (left: Fingerprint, right: Fingerprint) -> Bool {
    left.digest.bytes.lexicographicallyPrecedes(right.digest.bytes)
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
