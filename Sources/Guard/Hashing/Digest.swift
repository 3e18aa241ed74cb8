/// A SHA-256 digest (FIPS 180-4), 32 bytes.
package struct Digest: Sendable, Hashable {
  package let bytes: [UInt8]

  /// - Returns: nil unless exactly 32 bytes are given.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// The same with its first six bytes replaced by a moment's milliseconds since 1970, so that the keys of one time stand
  /// beside each other in an index: each commit then changes a few of its pages, not one for each key. 26 bytes of the
  /// hash are left to tell apart what bears the same moment.
  ///
  /// - Parameter moment: microseconds since 1970, part of what was hashed.
  package func ordered(by moment: Int64) -> Digest {
    let milliseconds = UInt64(bitPattern: moment / 1000)
    var bytes = bytes
    for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
    return Digest(unchecked: bytes)
  }

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
