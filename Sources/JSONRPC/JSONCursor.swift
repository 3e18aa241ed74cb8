/// Reads tokens of a JSON text. The inner loops of `JSONScanner`.
struct Cursor {
  let text: UnsafeRawBufferPointer
  var index: Int
  let end: Int

  var startsWithByteOrderMark: Bool {
    end - index >= 3 && text[index] == 0xEF && text[index + 1] == 0xBB && text[index + 2] == 0xBF
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while index < end {
      switch text[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard index < end, text[index] == byte else { return false }
    index += 1
    return true
  }

  /// Reads a string whose opening quotation mark stands at `index`.
  mutating func string(_ seen: inout JSONObservations) throws(JSONSyntaxError) -> JSONString {
    let start = index + 1
    var position = start
    var hasEscapes = false
    var hasSurrogates = false
    while true {
      position = Self.endOfPlainRun(text, from: position, to: end)
      guard position < end else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
      switch text[position] {
      case UInt8(ascii: "\""):
        index = position + 1
        let string = JSONString(start: start, end: position, hasEscapes: hasEscapes)
        if hasSurrogates, !seen.unpairedSurrogate, string.hasUnpairedSurrogate(in: text) {
          seen.unpairedSurrogate = true
        }
        return string
      case UInt8(ascii: "\\"):
        hasEscapes = true
        let next = try escape(at: position)
        // \uD… may be half of a pair. Whether it is one is looked at only then.
        if next - position == 6, text[position + 2] | 0x20 == UInt8(ascii: "d") { hasSurrogates = true }
        position = next
      default:
        throw JSONSyntaxError(.controlCharacter, at: position)
      }
    }
  }

  /// Checks the escape at `position` and returns the offset behind it.
  private func escape(at position: Int) throws(JSONSyntaxError) -> Int {
    guard position + 1 < end else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
    switch text[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return position + 2
    case UInt8(ascii: "u"):
      guard position + 6 <= end else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
      for offset in 2..<6 where hexDigit(text[position + offset]) == nil {
        throw JSONSyntaxError(.invalidEscape, at: position)
      }
      return position + 6
    default:
      throw JSONSyntaxError(.invalidEscape, at: position)
    }
  }

  /// Reads a number or a literal name.
  mutating func scalar() throws(JSONSyntaxError) -> (JSONScalar, Range<Int>) {
    switch text[index] {
    case UInt8(ascii: "t"): return (.true, try literal("true"))
    case UInt8(ascii: "f"): return (.false, try literal("false"))
    case UInt8(ascii: "n"): return (.null, try literal("null"))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return (.number, try number())
    default: throw JSONSyntaxError(.unexpectedByte, at: index)
    }
  }

  private mutating func literal(_ word: StaticString) throws(JSONSyntaxError) -> Range<Int> {
    let start = index
    for offset in 0..<word.utf8CodeUnitCount {
      guard index < end else { throw JSONSyntaxError(.unexpectedEnd, at: index) }
      guard text[index] == word.utf8Start[offset] else { throw JSONSyntaxError(.unexpectedByte, at: index) }
      index += 1
    }
    return start..<index
  }

  /// RFC 8259 section 6: `[ minus ] int [ frac ] [ exp ]`.
  private mutating func number() throws(JSONSyntaxError) -> Range<Int> {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return start..<index
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = index
    while index < end, text[index] >= 0x30, text[index] <= 0x39 { index += 1 }
    guard index > start else { throw JSONSyntaxError(.invalidNumber, at: index) }
  }

  /// The first offset at or behind `from` that holds a quotation mark, a backslash or a control character.
  ///
  /// Eight bytes at a time; the classic zero-byte test, applied to three differences at once.
  @inline(__always)
  private static func endOfPlainRun(_ text: UnsafeRawBufferPointer, from: Int, to end: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var position = from
    while position + 8 <= end {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      var special = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      special |= (word &- (ones &* 0x20)) & ~word
      special &= highs
      // The borrow of a subtraction can mark a byte above the first special one, never below it.
      if special != 0 { return position + special.trailingZeroBitCount >> 3 }
      position += 8
    }
    while position < end {
      let byte = text[position]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return position }
      position += 1
    }
    return position
  }
}
