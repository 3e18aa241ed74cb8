/// `pem`: a BEGIN line (RFC 7468) with a base64 body behind it, not only the words.
///
/// Line ends may be real or written `\n`, and header lines (RFC 1421) may come first. The body must have 40 characters of base64 that are
/// not all alike.
struct PEMBlock: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let start = max(0, match.lowerBound)
    let limit = min(text.count, match.upperBound + 4096)
    var index = start
    while index < min(match.upperBound, limit) {
      if text[index] == UInt8(ascii: "B"), hasBytes("BEGIN ", in: text, at: index) {
        return Self.hasBody(text, from: index, limit)
      }
      index += 1
    }
    return false
  }

  private static func hasBody(_ text: UnsafeRawBufferPointer, from start: Int, _ limit: Int) -> Bool {
    // The dashes that end the BEGIN line.
    var index = start
    while index < min(limit, start + 80), text[index] != UInt8(ascii: "-") { index += 1 }
    while index < limit, text[index] == UInt8(ascii: "-") { index += 1 }
    var body: [UInt8] = []
    while index < limit, body.count < 256 {
      let byte = text[index]
      if byte == UInt8(ascii: "\\"), index + 1 < limit,
        text[index + 1] | 0x20 == UInt8(ascii: "n") || text[index + 1] == 0x72
      {
        index += 2
      } else if byte.isASCIISpace || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
        || byte == UInt8(ascii: "+") && isJoin(text, index, limit)
      {
        index += 1
      } else if isHeader(text, index, limit) {
        while index < limit, text[index] != 0x0A, !hasBytes("\\n", in: text, at: index) { index += 1 }
      } else if byte.isASCIIAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        || byte == UInt8(ascii: "=")
      {
        body.append(byte)
        index += 1
      } else {
        break
      }
    }
    guard body.count >= 40 else { return false }
    return Set(body).count >= 12
  }

  /// A plus sign between quoted strings.
  private static func isJoin(_ text: UnsafeRawBufferPointer, _ index: Int, _ limit: Int) -> Bool {
    index > 0 && text[index - 1].isASCIISpace && index + 1 < limit && text[index + 1].isASCIISpace
  }

  /// `Proc-Type: 4,ENCRYPTED`, `DEK-Info: …`, `Version: …`, `Comment: …`
  private static func isHeader(_ text: UnsafeRawBufferPointer, _ index: Int, _ limit: Int) -> Bool {
    guard index > 0, !text[index - 1].isASCIIAlphanumeric || hasBytes("\\n", in: text, at: index - 2) else {
      return false
    }
    var end = index
    while end < limit, end - index < 24, Tokens.isPart(text[end]) { end += 1 }
    return end > index && end < limit && text[end] == UInt8(ascii: ":")
  }
}
