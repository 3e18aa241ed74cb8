/// Numbers as people write them: digits with single blanks, hyphens, dots or slashes between.
struct DigitGroups {
  /// Calls `body` with the digits of every number in a match, at most `maximum` each and as values 0 to 9, until it returns true.
  ///
  /// Numbers that go on outside the match are cut short by the expression and no numbers of their own: they are left out.
  static func contains(
    _ text: UnsafeRawBufferPointer, _ match: Range<Int>, minimum: Int, maximum: Int, _ body: ([UInt8]) -> Bool
  ) -> Bool {
    var index = max(0, match.lowerBound)
    let end = min(match.upperBound, text.count)
    while index < end {
      guard text[index].isASCIIDigit else {
        index += 1
        continue
      }
      let start = index
      var digits: [UInt8] = []
      var last = index
      while index < end, digits.count <= maximum {
        if text[index].isASCIIDigit {
          digits.append(text[index] - 0x30)
          last = index
        } else if !isSeparator(text[index]) || !text[index - 1].isASCIIDigit {
          break
        }
        index += 1
      }
      let isWhole = !isDigit(text, start - 1) && !isDigit(text, last + 1)
      if isWhole, digits.count >= minimum, digits.count <= maximum, body(digits) { return true }
      while index < end, digits.count > maximum, text[index].isASCIIDigit { index += 1 }
      index = max(index, last + 1)
    }
    return false
  }

  /// All bytes that are looked at for the numbers of a match.
  static func evidence(_ text: UnsafeRawBufferPointer, _ match: Range<Int>) -> Range<Int> {
    max(0, match.lowerBound - 1)..<min(text.count, match.upperBound + 1)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
  }

  private static func isDigit(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    index >= 0 && index < text.count && text[index].isASCIIDigit
  }
}
