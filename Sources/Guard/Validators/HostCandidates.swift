/// The hosts that a match names: of each URL in it, read also beyond the match; without a URL, every word that could be one.
enum HostCandidates {
  static func contains(_ text: UnsafeRawBufferPointer, _ match: Range<Int>, _ body: (ArraySlice<UInt8>) -> Bool) -> Bool
  {
    let start = max(0, match.lowerBound)
    let end = min(match.upperBound, text.count)
    var foundURL = false
    var index = start
    while let authority = nextAuthority(text, from: &index, to: end) {
      foundURL = true
      if hosts(in: Array(text[authority])).contains(where: body) { return true }
    }
    return foundURL ? false : words(text, start, end, body)
  }

  /// All bytes that are looked at for the hosts of a match.
  static func evidence(_ text: UnsafeRawBufferPointer, _ match: Range<Int>) -> Range<Int> {
    var first = match.lowerBound
    // Slashes behind a colon at the end of the match make it a URL.
    var last = min(match.upperBound + 2, text.count)
    var foundURL = false
    var index = first
    while let authority = nextAuthority(text, from: &index, to: match.upperBound) {
      foundURL = true
      last = max(last, authority.upperBound)
    }
    if foundURL { return first..<last }
    while first > 0, match.lowerBound - first < wordReach, isPart(text[first - 1]) { first -= 1 }
    var end = match.upperBound
    while end < text.count, end < match.upperBound + wordReach, isPart(text[end]) { end += 1 }
    return first..<max(last, end)
  }

  /// The authority of the next URL whose colon stands before `end`; afterwards `index` stands behind its slashes.
  private static func nextAuthority(_ text: UnsafeRawBufferPointer, from index: inout Int, to end: Int) -> Range<Int>? {
    while index < end {
      if text[index] == UInt8(ascii: ":"), index + 2 < text.count, isSlash(text[index + 1]), isSlash(text[index + 2]) {
        index += 3
        // http:///host and http:\\host are read as http://host.
        while index < text.count, isSlash(text[index]) { index += 1 }
        return index..<authorityEnd(text, from: index)
      }
      index += 1
    }
    return nil
  }

  private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

  private static func authorityEnd(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var end = start
    while end < text.count, end - start < 512 {
      let byte = text[end]
      if byte <= 0x20 || isSlash(byte) || isEnd(byte) { break }
      end += 1
    }
    return end
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
      UInt8(ascii: ">"),
      UInt8(ascii: "`"), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "{"):
      true
    default: false
    }
  }

  /// The part behind the last @ is the host, and so is, for parsers that disagree, what stands behind another one. Percent-encoding is
  /// undone.
  private static func hosts(in authority: [UInt8]) -> [ArraySlice<UInt8>] {
    let decoded = percentDecoded(authority)
    return decoded.split(separator: UInt8(ascii: "@")).enumerated().compactMap { position, part in
      let isUser = position == 0 && decoded.contains(UInt8(ascii: "@"))
      return isUser ? nil : withoutPort(part)
    }
  }

  private static func withoutPort(_ host: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if host.first == UInt8(ascii: "[") {
      let end = host.firstIndex(of: UInt8(ascii: "]")) ?? host.endIndex
      return host[host.startIndex..<end].dropFirst()
    }
    let colons = host.count { $0 == UInt8(ascii: ":") }
    return colons == 1 ? host.prefix { $0 != UInt8(ascii: ":") } : host
  }

  private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
        let low = bytes[index + 2].hexValue
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static let wordReach = 128

  private static func isPart(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
  }

  private static func words(
    _ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ body: (ArraySlice<UInt8>) -> Bool
  ) -> Bool {
    var index = start
    while index < end {
      guard isPart(text[index]) else {
        index += 1
        continue
      }
      var last = index
      while last < text.count, last < end + wordReach, isPart(text[last]) { last += 1 }
      var first = index
      while first > 0, index - first < wordReach, isPart(text[first - 1]) { first -= 1 }
      let word = Array(text[first..<last])[...]
      // A bare number is an address only in a URL.
      if word.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isASCIILetter }),
        body(withoutPort(word)) || body(word)
      {
        return true
      }
      index = last
    }
    return false
  }
}
