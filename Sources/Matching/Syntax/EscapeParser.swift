/// What an escape stands for inside or outside a class.
enum EscapedItem {
  case scalar(Unicode.Scalar)
  case set(ByteSet)
}

extension PatternParser {
  mutating func parseEscape() throws(PatternError) -> Node {
    let start = index
    if let assertion = assertionEscape(scalar(ahead: 1)) {
      index += 2
      return .assertion(assertion)
    }
    switch try parseEscapedItem() {
    case .scalar(let scalar): return literal(scalar)
    case .set(let set):
      if set.isEmpty { throw failure(.emptyClass, at: start) }
      return .bytes(set)
    }
  }

  private func assertionEscape(_ scalar: Unicode.Scalar?) -> Assertion? {
    switch scalar {
    case "A": .textStart
    case "z": .textEnd
    case "b": .wordBoundary
    case "B": .notWordBoundary
    default: nil
    }
  }

  /// Reads `\` and what follows, assertions excepted.
  mutating func parseEscapedItem() throws(PatternError) -> EscapedItem {
    let start = index
    index += 1
    guard let letter = current else { throw failure(.unexpectedEnd) }
    index += 1
    switch letter {
    case "d": return .set(.digit)
    case "D": return .set(ByteSet.digit.complement)
    case "w": return .set(.word)
    case "W": return .set(ByteSet.word.complement)
    case "s": return .set(.space)
    case "S": return .set(ByteSet.space.complement)
    case "a": return .scalar("\u{07}")
    case "f": return .scalar("\u{0C}")
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "v": return .scalar("\u{0B}")
    case "x": return .scalar(try hexadecimal(from: start))
    case "0": return .scalar(try octal(first: 0, from: start))
    case "1"..."7":
      guard let next = current, ("0"..."7").contains(next) else { throw failure(.backReference, at: start) }
      return .scalar(try octal(first: letter.value - 0x30, from: start))
    case "8", "9", "k", "g": throw failure(.backReference, at: start)
    case "p", "P": throw failure(.unicodeProperty, at: start)
    default:
      // Any escaped ASCII punctuation is itself; a letter or digit without a meaning is a mistake, as in RE2.
      guard letter.isASCII, !ByteSet.word.contains(UInt8(truncatingIfNeeded: letter.value)) || letter == "_" else {
        throw failure(.invalidEscape, at: start)
      }
      return .scalar(letter)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(PatternError) -> Unicode.Scalar {
    var digits: [UInt32] = []
    let braced = consume("{")
    while let digit = current.flatMap(hexDigit), digits.count < (braced ? 8 : 2) {
      digits.append(digit)
      index += 1
    }
    if braced ? (digits.isEmpty || !consume("}")) : digits.count != 2 { throw failure(.invalidEscape, at: start) }
    let value = digits.reduce(0) { $0 << 4 | $1 }
    guard let scalar = Unicode.Scalar(value) else { throw failure(.invalidCodePoint, at: start) }
    return scalar
  }

  private func hexDigit(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f": scalar.value - 0x61 + 10
    case "A"..."F": scalar.value - 0x41 + 10
    default: nil
    }
  }

  /// Up to three octal digits, the first one already read.
  private mutating func octal(first: UInt32, from start: Int) throws(PatternError) -> Unicode.Scalar {
    var value = first
    for _ in 0..<2 {
      guard let next = current, ("0"..."7").contains(next) else { break }
      value = value << 3 | (next.value - 0x30)
      index += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure(.invalidCodePoint, at: start) }
    return scalar
  }
}
