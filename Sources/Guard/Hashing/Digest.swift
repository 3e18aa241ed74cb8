/// A SHA-256 digest (FIPS 180-4), 32 bytes.
package struct Digest: Sendable, Hashable {
  package let bytes: [UInt8]

  /// - Returns: nil unless exactly 32 bytes are given.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// Lower-case hexadecimal, 64 characters.
  package var hex: String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    let digits = Array("0123456789abcdef".utf8)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
