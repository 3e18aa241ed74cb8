/// IPv6 addresses (RFC 4291, section 2.2), also with an IPv4 address at the end and a zone (RFC 6874).
enum IPv6Text {
  static func parse(_ name: [UInt8]) -> [UInt16]? {
    guard name.contains(UInt8(ascii: ":")), name.count <= 64 else { return nil }
    let text = name.prefix { $0 != UInt8(ascii: "%") }
    var before: [UInt16] = []
    var after: [UInt16]?
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: ":") {
        let next = index + 1
        guard next < text.endIndex else { return nil }
        if text[next] == UInt8(ascii: ":") {
          guard after == nil else { return nil }
          after = []
          index = next + 1
          continue
        }
        guard index > text.startIndex else { return nil }
        index = next
      }
      let end = text[index...].firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
      let group = text[index..<end]
      var words: [UInt16] = []
      if group.contains(UInt8(ascii: ".")) {
        guard end == text.endIndex, let v4 = IPv4Text.parse(Array(group)) else { return nil }
        words = [UInt16(v4.value >> 16), UInt16(v4.value & 0xFFFF)]
      } else {
        guard (1...4).contains(group.count) else { return nil }
        var value: UInt16 = 0
        for byte in group {
          guard let digit = byte.hexValue else { return nil }
          value = value << 4 | UInt16(digit)
        }
        words = [value]
      }
      if after == nil { before += words } else { after? += words }
      guard before.count + (after?.count ?? 0) <= 8 else { return nil }
      index = end
    }
    guard let after else { return before.count == 8 ? before : nil }
    let missing = 8 - before.count - after.count
    return missing > 0 ? before + [UInt16](repeating: 0, count: missing) + after : nil
  }

  /// The IPv4 address that a transition address carries: mapped and compatible (RFC 4291), translated (RFC 6052), 6to4 (RFC
  /// 3056), Teredo (RFC 4380), ISATAP (RFC 5214).
  static func embeddedIPv4(_ words: [UInt16]) -> UInt32? {
    guard words.count == 8 else { return nil }
    func v4(_ high: UInt16, _ low: UInt16) -> UInt32 { UInt32(high) << 16 | UInt32(low) }
    let last = v4(words[6], words[7])
    if words[..<5].allSatisfy({ $0 == 0 }) {
      if words[5] == 0xFFFF { return last }
      // ::1 and :: are addresses of their own.
      if words[5] == 0, last > 0xFFFF { return last }
    }
    if words[0] == 0x64, words[1] == 0xFF9B { return last }
    if words[..<4].allSatisfy({ $0 == 0 }), words[4] == 0xFFFF, words[5] == 0 { return last }
    if words[0] == 0x2002 { return v4(words[1], words[2]) }
    if words[0] == 0x2001, words[1] == 0 { return ~last }
    if words[4] & 0xFDFF == 0, words[5] == 0x5EFE { return last }
    return nil
  }
}
