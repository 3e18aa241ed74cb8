/// `basic_credentials`: the last token of the match is base64 of `user:password` (RFC 7617), printable, with a password of six
/// bytes or more that is no stand-in.
struct BasicCredentials: Validator {
  private static let shortestPassword = 6
  private static let longestToken = 512

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let lower = max(0, match.lowerBound)
    var end = min(match.upperBound, text.count)
    while end > lower, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    var start = end
    while start > lower, end - start < Self.longestToken, EncodedRun.sextet(text[start - 1]) < 64 { start -= 1 }
    let decoded = Self.decode(text, start..<end)
    guard let colon = decoded.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
    let password = decoded[(colon + 1)...]
    let isPrintable = decoded.allSatisfy { (0x20...0x7E).contains($0) }
    guard password.count >= Self.shortestPassword, isPrintable else { return false }
    return !NotPlaceholder.isPlaceholder(password) && !Self.isWellKnown(password)
  }

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { match }

  /// What documentation writes in place of a password.
  private static let wellKnown: [StaticString] = [
    "password", "passw0rd", "open sesame", "secret", "passwd", "letmein", "qwerty", "testtest", "123456",
  ]

  private static func isWellKnown(_ password: ArraySlice<UInt8>) -> Bool {
    let lower = password.map { $0.isASCIIUpper ? $0 | 0x20 : $0 }
    return lower.withUnsafeBytes { bytes in
      wellKnown.contains { word in
        (0..<bytes.count).contains { hasBytes(word, in: bytes, at: $0) }
      }
    }
  }

  private static func decode(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for index in range {
      bits = bits << 6 | UInt32(EncodedRun.sextet(text[index]) & 63)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
