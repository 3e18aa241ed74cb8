/// A PEM header that a base64 body follows (RFC 7468): not the mere mention of one.
///
/// The line break may be written as `\n` or `\r\n` in two or four characters, as in JSON inside a string. Encrypted keys may
/// carry header lines; they are looked over. Reads at most 512 bytes behind the match.
struct PEMValidator: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let end = min(text.count, match.upperBound + 512)
    guard match.lowerBound < end else { return false }
    var run = 0
    var distinct: Set<UInt8> = []
    var index = match.lowerBound
    while index < end {
      let byte = text[index]
      if isBase64(byte) {
        run += 1
        distinct.insert(byte)
        // 32 digits in one line, and not one letter repeated as in a placeholder.
        if run >= 32 && distinct.count >= 10 { return true }
      } else {
        run = 0
        distinct.removeAll(keepingCapacity: true)
        if byte == UInt8(ascii: "\\") { index += 1 }
      }
      index += 1
    }
    return false
  }

  private func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}
