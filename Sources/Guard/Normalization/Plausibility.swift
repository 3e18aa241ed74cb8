/// Whether decoded bytes are text that somebody wrote, and not what any bytes give when they are decoded.
enum Plausibility {
  /// The length of the longest prefix that is valid UTF-8 without control characters (tab, line feed, carriage return and escape
  /// may stand). Linear.
  static func printablePrefix(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes { printablePrefix($0) }
  }

  static func printablePrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x1B {
        index += 1
        continue
      }
      guard byte >= 0xC2, let length = UTF8Sequence.length(bytes, at: index) else { return index }
      index += length
    }
    return index
  }

  /// The length of the readable beginning of decoded bytes, or nil when there is none worth a look: all of them, or 16 bytes and
  /// more.
  ///
  /// - Parameter isWhole: nothing was cut off before or behind the bytes.
  static func textPrefix(_ bytes: [UInt8], isWhole: Bool) -> Int? {
    let prefix = printablePrefix(bytes)
    // The last byte or two may be what a cut run or a wrong guess of padding leaves over.
    let isComplete = isWhole && prefix + 2 >= bytes.count
    guard prefix >= (isComplete ? 7 : 16) else { return nil }
    guard isComplete || prefix >= 24 || prefix * 4 >= bytes.count * 3 else { return nil }
    return isText(bytes[..<prefix]) ? prefix : nil
  }

  /// Printable bytes that also read like words, commands or addresses.
  static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 6 else { return false }
    var letters = 0
    var lowers = 0
    var digits = 0
    var blanks = 0
    var beyond = 0
    var vowels = 0
    for byte in bytes {
      if byte.isASCIILetter {
        letters += 1
        if byte.isASCIILower { lowers += 1 }
        switch byte | 0x20 {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): vowels += 1
        default: break
        }
      } else if byte.isASCIIDigit {
        digits += 1
      } else if byte.isASCIISpace {
        blanks += 1
      } else if byte >= 0x80 {
        beyond += 1
      }
    }
    let count = bytes.count
    if beyond * 2 > count { return count >= 12 }
    let words = letters + blanks + beyond
    // Short pieces could be chance: ask for words, mostly of one case.
    if count < 16 {
      let oneCase = lowers * 10 <= letters || lowers * 10 >= letters * 6
      return words * 4 >= count * 3 && oneCase && vowels * 6 >= letters && letters >= 5
    }
    return (words + digits) * 10 >= count * 6 && words * 10 >= count * 2
  }
}

/// Well-formed UTF-8 (Unicode 16, table 3-7).
enum UTF8Sequence {
  /// The length of the multi-byte sequence at `index`, or nil when it is not well-formed.
  static func length(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
    func isTail(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      index + offset < bytes.count && bytes[index + offset] >= low && bytes[index + offset] <= high
    }
    let first = bytes[index]
    switch first {
    case 0xC2...0xDF: return isTail(1) ? 2 : nil
    case 0xE0: return isTail(1, 0xA0) && isTail(2) ? 3 : nil
    case 0xED: return isTail(1, 0x80, 0x9F) && isTail(2) ? 3 : nil
    case 0xE1...0xEF: return isTail(1) && isTail(2) ? 3 : nil
    case 0xF0: return isTail(1, 0x90) && isTail(2) && isTail(3) ? 4 : nil
    case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : nil
    case 0xF4: return isTail(1, 0x80, 0x8F) && isTail(2) && isTail(3) ? 4 : nil
    default: return nil
    }
  }

  /// Makes bytes valid UTF-8. Over-long forms of ASCII, an old way around path checks (`%c0%ae`), become what they stand
  /// for; other bad bytes become U+FFFD.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { bytes in
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count)
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte < 0x80 {
          result.append(byte)
          index += 1
        } else if let length = length(bytes, at: index) {
          result.append(contentsOf: bytes[index..<index + length])
          index += length
        } else if byte & 0xFE == 0xC0, index + 1 < bytes.count, bytes[index + 1] & 0xC0 == 0x80 {
          result.append((byte & 1) << 6 | bytes[index + 1] & 0x3F)
          index += 2
        } else if byte == 0xE0, index + 2 < bytes.count, bytes[index + 1] & 0xFE == 0x80,
          bytes[index + 2] & 0xC0 == 0x80
        {
          result.append((bytes[index + 1] & 1) << 6 | bytes[index + 2] & 0x3F)
          index += 3
        } else {
          result.append(contentsOf: [0xEF, 0xBF, 0xBD])
          index += 1
        }
      }
      return result
    }
  }
}
