/// UTF-16 in decoded bytes, as PowerShell's encoded commands have it.
enum UTF16Text {
  /// The text as UTF-8 when the bytes look like little-endian UTF-16 of mostly ASCII, with or without a byte order mark, else
  /// nil. Characters beyond ASCII become U+FFFD: what matters here is English.
  ///
  /// - Parameter minimum: the fewest bytes that are judged.
  static func utf8(littleEndian bytes: [UInt8], minimum: Int = 8) -> [UInt8]? {
    var start = 0
    if bytes.count >= 2, bytes[0] == 0xFF, bytes[1] == 0xFE { start = 2 }
    guard bytes.count - start >= minimum else { return nil }
    var result: [UInt8] = []
    var foreign = 0
    for index in stride(from: start, to: bytes.count - 1, by: 2) {
      if bytes[index + 1] == 0, bytes[index] < 0x80 {
        result.append(bytes[index])
      } else {
        foreign += 1
        if foreign * 4 > (index - start) / 2 + 8 { return nil }
        result.append(contentsOf: [0xEF, 0xBF, 0xBD])
      }
    }
    return foreign * 4 <= result.count ? result : nil
  }
}
