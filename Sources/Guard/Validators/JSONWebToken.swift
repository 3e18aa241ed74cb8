/// `jwt`: a JSON Web Token (RFC 7519) or a JWS (RFC 7515): three base64url parts, of which the first decodes to a JSON object that names an
/// algorithm.
struct JSONWebToken: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let end = min(match.upperBound, text.count)
    var index = max(0, match.lowerBound)
    while index + 3 < end {
      // "eyJ" is the beginning of a JSON object.
      let isStart = index == 0 || !Tokens.isPart(text[index - 1])
      if isStart, hasBytes("eyJ", in: text, at: index), Self.isToken(text, from: index) { return true }
      index += 1
    }
    return false
  }

  private static func isToken(_ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
    var parts: [Range<Int>] = []
    var index = start
    while parts.count < 5 {
      let first = index
      while index < text.count, Tokens.isPart(text[index]), index - start < 16384 { index += 1 }
      parts.append(first..<index)
      guard index < text.count, text[index] == UInt8(ascii: "."), parts.count < 5 else { break }
      index += 1
    }
    guard parts.count >= 3, parts[0].count >= 16, parts[1].count >= 8 else { return false }
    let header = decode(text, parts[0])
    guard header.first == UInt8(ascii: "{"), header.last == UInt8(ascii: "}") else { return false }
    guard contains(header, "\"alg\"") else { return false }
    // A signed token: the payload is JSON. Otherwise an encrypted one of five parts (RFC 7516).
    return decode(text, parts[1]).first == UInt8(ascii: "{") || parts.count == 5
  }

  private static func decode(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for index in range.prefix(2048) {
      bits = bits << 6 | UInt32(EncodedRun.sextet(text[index]) & 63)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static func contains(_ bytes: [UInt8], _ word: StaticString) -> Bool {
    bytes.withUnsafeBytes { bytes in
      for index in 0..<bytes.count where hasBytes(word, in: bytes, at: index) { return true }
      return false
    }
  }
}
