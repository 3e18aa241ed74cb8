/// `github_crc32`, `npm_crc32`: tokens that end in their own checksum.
///
/// GitHub's `ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_` and npm's `npm_` tokens are a prefix, 30 random base62 characters, and the CRC-32 (the
/// one of zlib) of these 30 in base62 with the digits 0–9 A–Z a–z, left-filled with zeros to six. Fine-grained tokens, `github_pat_`, have
/// no published checksum: 22 characters, `_`, 59 characters. Newer `ghs_` tokens that carry a JWT are for `jwt`.
struct TokenCRC32: Validator {
  enum Issuer { case github, npm }

  private let prefixes: [[UInt8]]

  init(_ issuer: Issuer) {
    let names = issuer == .npm ? ["npm_"] : ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]
    prefixes = names.map { Array($0.utf8) }
  }

  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { Tokens.evidence(text, match) }

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    Tokens.contains(text, match) { token in
      let bytes = Array(token)
      if prefixes.count > 1, Self.isFineGrained(bytes) { return true }
      guard bytes.count >= 40 else { return false }
      // A token may stand directly behind other characters, as in x-access-token-ghp_….
      for start in 0...bytes.count - 40 where prefixes.contains(Array(bytes[start..<start + 4])) {
        let body = bytes[start + 4..<start + 40]
        let isWhole = start + 40 == bytes.count || !bytes[start + 40].isASCIIAlphanumeric
        if isWhole, Self.isValid(body) { return true }
      }
      return false
    }
  }

  private static func isFineGrained(_ bytes: [UInt8]) -> Bool {
    let prefix = Array("github_pat_".utf8)
    guard bytes.count == 93, bytes.starts(with: prefix), bytes[33] == UInt8(ascii: "_") else { return false }
    let random = bytes[11..<33] + bytes[34...]
    return random.allSatisfy(\.isASCIIAlphanumeric) && Set(random).count > 20
  }

  private static func isValid(_ body: ArraySlice<UInt8>) -> Bool {
    guard body.allSatisfy(\.isASCIIAlphanumeric) else { return false }
    var stated: UInt64 = 0
    for byte in body.suffix(6) { stated = stated * 62 + UInt64(base62(byte)) }
    return stated == UInt64(CRC32.checksum(body.prefix(30)))
  }

  private static func base62(_ byte: UInt8) -> UInt8 {
    if byte.isASCIIDigit { return byte - 0x30 }
    return byte.isASCIIUpper ? byte - 0x41 + 10 : byte - 0x61 + 36
  }
}

/// CRC-32 as in zlib, PNG and Ethernet (reflected polynomial EDB88320), bit by bit: the inputs have 30 bytes.
enum CRC32 {
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
  }
}
