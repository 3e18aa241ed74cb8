/// `iban`: an international bank account number (ISO 13616): the country's length and a remainder of 1 modulo 97.
struct IBAN: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let end = min(match.upperBound, text.count)
    var index = max(0, match.lowerBound)
    while index + 4 < end {
      let isStart = index == 0 || !text[index - 1].isASCIIAlphanumeric
      if isStart, let length = Self.length(text[index], text[index + 1]), text[index + 2].isASCIIDigit,
        text[index + 3].isASCIIDigit, Self.isValid(text, from: index, length)
      {
        return true
      }
      index += 1
    }
    return false
  }

  /// Reads `length` letters and digits, with blanks or hyphens between groups, also beyond the match.
  private static func isValid(_ text: UnsafeRawBufferPointer, from start: Int, _ length: Int) -> Bool {
    var symbols: [UInt8] = []
    var index = start
    while index < text.count, symbols.count < length {
      let byte = text[index]
      if byte.isASCIIDigit {
        symbols.append(byte - 0x30)
      } else if byte.isASCIILetter {
        symbols.append((byte | 0x20) - 0x61 + 10)
      } else if byte != 0x20 && byte != UInt8(ascii: "-") || index > start && !text[index - 1].isASCIIAlphanumeric {
        return false
      }
      index += 1
    }
    guard symbols.count == length, index == text.count || !text[index].isASCIIAlphanumeric else { return false }
    let rotated = symbols[4...] + symbols[..<4]
    return rotated.reduce(0) { ($0 * ($1 > 9 ? 100 : 10) + Int($1)) % 97 } == 1
  }

  private static func length(_ first: UInt8, _ second: UInt8) -> Int? {
    guard first.isASCIILetter, second.isASCIILetter else { return nil }
    return lengths[UInt16(first & 0xDF) << 8 | UInt16(second & 0xDF)]
  }

  /// The IBAN registry (SWIFT).
  private static let lengths: [UInt16: Int] = {
    let registry = """
      AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 \
      FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 \
      LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 \
      RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
      """
    var lengths: [UInt16: Int] = [:]
    for entry in registry.split(separator: " ") {
      let bytes = Array(entry.utf8)
      lengths[UInt16(bytes[0]) << 8 | UInt16(bytes[1])] = Int(bytes[2] - 0x30) * 10 + Int(bytes[3] - 0x30)
    }
    return lengths
  }()
}
