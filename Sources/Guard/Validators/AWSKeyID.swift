/// `aws_key_id`: an AWS access key id whose base32 part names an account.
///
/// The 16 characters after the four letters are base32 (A–Z, 2–7). Since 2019 bits 1 to 40 of the decoded bytes are the
/// account number, which has at most 12 digits. Ids from documentation are refused.
struct AWSKeyID: Validator {
  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { Tokens.evidence(text, match) }

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    Tokens.contains(text, match) { token in
      guard token.count == 20, Self.prefixes.contains(Array(token[..<4])) else { return false }
      var bits: UInt64 = 0
      // Twelve characters hold the first 60 bits.
      for (position, byte) in token[4...].enumerated() {
        let value: UInt8
        if byte.isASCIIUpper {
          value = byte - 0x41
        } else if byte >= 0x32, byte <= 0x37 {
          value = byte - 0x32 + 26
        } else {
          return false
        }
        if position < 10 { bits = bits << 5 | UInt64(value) }
      }
      // 50 bits read; the account is bits 1 to 40 of the first 48.
      let account = bits >> 9 & 0xFF_FFFF_FFFF
      guard account <= 999_999_999_999 else { return false }
      return Set(token[4...]).count >= 7 && !NotPlaceholder.isPlaceholder(token)
    }
  }

  private static let prefixes = ["AKIA", "ASIA", "ABIA", "ACCA"].map { Array($0.utf8) }
}
