/// Words of the characters that secrets are made of.
enum Tokens {
  static func isPart(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// All bytes that are looked at for the tokens of a match.
  static func evidence(_ text: UnsafeRawBufferPointer, _ match: Range<Int>) -> Range<Int> {
    var (start, end) = (match.lowerBound, match.upperBound)
    while start > 0, match.lowerBound - start < reach, isPart(text[start - 1]) { start -= 1 }
    while end < text.count, end - match.upperBound < reach, isPart(text[end]) { end += 1 }
    return start..<end
  }

  private static let reach = 256

  /// Calls `body` with each token of a match, extended to both sides of it by no more than 256 bytes, until it returns true.
  static func contains(_ text: UnsafeRawBufferPointer, _ match: Range<Int>, _ body: (ArraySlice<UInt8>) -> Bool) -> Bool
  {
    var index = max(0, match.lowerBound)
    let end = min(match.upperBound, text.count)
    while index < end {
      guard isPart(text[index]) else {
        index += 1
        continue
      }
      var first = index
      while first > 0, index - first < reach, isPart(text[first - 1]) { first -= 1 }
      var last = index
      while last < text.count, last < end + reach, isPart(text[last]) { last += 1 }
      if body(Array(text[first..<last])[...]) { return true }
      index = last
    }
    return false
  }
}
