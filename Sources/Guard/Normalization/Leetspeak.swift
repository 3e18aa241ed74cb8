/// Digits and signs in place of letters: `1gn0r3`, `p@ssw0rd`.
///
/// A word counts when its letters and signs are woven together and the result can be a word. Then its neighbours are read more
/// freely; on a line where such words are many, all are, numbers included. Names such as `utf8`, `sha256`, `3D`, hexadecimal and
/// long tokens stay as they are.
struct Leetspeak {
  private enum Grade {
    /// Nothing to read otherwise.
    case plain
    /// Digits and signs only.
    case number
    /// Could be a word.
    case weak
    case strong
  }

  private struct Token {
    let range: Range<Int>
    let grade: Grade
  }

  private var tokens: [Token] = []

  mutating func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A, end - start < 4096 { end += 1 }
      let line = UnsafeRawBufferPointer(rebasing: text[start..<end])
      // Few lines have a sign inside a word.
      if FoldGate.reasons(line).contains(.leet) {
        readLine(text, start..<end)
        endLine(text, &buffer, &summary)
      }
      start = max(end, start + 1)
    }
  }

  private mutating func readLine(_ text: UnsafeRawBufferPointer, _ line: Range<Int>) {
    tokens.removeAll(keepingCapacity: true)
    var index = line.lowerBound
    while index < line.upperBound {
      guard Self.isPart(text[index]) else {
        index += 1
        continue
      }
      var start = index
      var isWord = true
      while index < line.upperBound, Self.isPart(text[index]) || text[index] >= 0x80 {
        isWord = isWord && text[index].isASCIILetter
        index += 1
      }
      if isWord {
        tokens.append(Token(range: start..<index, grade: .plain))
        continue
      }
      var end = index
      // Exclamation marks end sentences and negate expressions.
      while end > start, text[end - 1] == UInt8(ascii: "!") { end -= 1 }
      while start < end, text[start] == UInt8(ascii: "!"), !Self.hasDigit(text, start..<end) { start += 1 }
      if end > start { tokens.append(Token(range: start..<end, grade: Self.grade(text, start..<end))) }
    }
  }

  private mutating func endLine(
    _ text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary
  ) {
    let strong = tokens.count { $0.grade == .strong }
    if strong > 0 {
      let readable = tokens.count { $0.grade == .strong || $0.grade == .weak }
      let isHeavy = strong >= 2 && readable >= 3 && readable * 3 >= tokens.count
      for (position, token) in tokens.enumerated() {
        let isRead: Bool
        switch token.grade {
        case .plain: isRead = false
        case .number: isRead = isHeavy && isNumberRead(text, token.range)
        case .weak: isRead = isHeavy || hasStrongNeighbour(position)
        case .strong: isRead = true
        }
        if isRead {
          summary.leetWords.note(at: token.range.lowerBound)
          rewrite(token.range, text, &buffer)
        }
      }
    }
  }

  /// `15` is "is"; a lone digit is one, but for the s of a possessive.
  private func isNumberRead(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    if range.count == 1 { return range.lowerBound > 0 && text[range.lowerBound - 1] == UInt8(ascii: "'") }
    return range.count <= 4
  }

  private func hasStrongNeighbour(_ position: Int) -> Bool {
    let before = position > 0 && tokens[position - 1].grade == .strong
    return before || (position + 1 < tokens.count && tokens[position + 1].grade == .strong)
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "!")
  }

  /// The letter that a sign stands for, or 0. 2, 6, 8, 9 seldom stand for letters.
  private static func letter(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0"): UInt8(ascii: "o")
    case UInt8(ascii: "1"), UInt8(ascii: "!"): UInt8(ascii: "i")
    case UInt8(ascii: "3"): UInt8(ascii: "e")
    case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
    case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
    case UInt8(ascii: "7"): UInt8(ascii: "t")
    case UInt8(ascii: "8"): UInt8(ascii: "b")
    case UInt8(ascii: "9"), UInt8(ascii: "6"): UInt8(ascii: "g")
    default: 0
    }
  }

  private static func isRare(_ byte: UInt8) -> Bool { byte == 0x32 || byte == 0x36 || byte == 0x38 || byte == 0x39 }

  private static func grade(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Grade {
    guard range.count <= 24 else { return .plain }
    var letters = 0
    var signs = 0
    var beyondHex = false
    var rare = false
    var uppers = 0
    var lastLetter = range.lowerBound - 1
    for index in range {
      let byte = text[index]
      if byte.isASCIILetter {
        letters += 1
        lastLetter = index
        if byte.isASCIIUpper { uppers += 1 }
        if byte | 0x20 > UInt8(ascii: "f") { beyondHex = true }
      } else if byte >= 0x80 || byte == 0x32 || isVariable(text, index, range) {
        return .plain
      } else {
        signs += 1
        rare = rare || isRare(byte)
      }
    }
    if signs == 0 { return .plain }
    if letters == 0 { return .number }
    guard isPlausible(text, range), !isAddress(text, range) else { return .plain }
    let oneCase = uppers == 0 || uppers == letters || (uppers == 1 && text[range.lowerBound].isASCIIUpper)
    // Signs only at the end are a version number: utf8, python3.
    var lastSignInside = false
    var lettersAfterLeading = false
    for index in range where !text[index].isASCIILetter {
      if index > range.lowerBound, index < lastLetter { lastSignInside = true }
      if index == range.lowerBound { lettersAfterLeading = letters >= 4 }
    }
    let woven = lastSignInside || (lettersAfterLeading && !isVariableName(text, range))
    // 1h30m is a duration, v1beta1 a version.
    let isWord = letters >= 2 && (letters > signs || range.count > 5) && !isVersion(text, range)
    if woven, oneCase, !rare, beyondHex, range.count >= 4, isWord { return .strong }
    return oneCase ? .weak : .plain
  }

  private static func hasDigit(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    range.contains { text[$0].isASCIIDigit }
  }

  /// A dollar sign behind another sign, as in `Int!$owner`.
  private static func isVariable(_ text: UnsafeRawBufferPointer, _ index: Int, _ range: Range<Int>) -> Bool {
    text[index] == UInt8(ascii: "$") && index > range.lowerBound && text[index - 1] == UInt8(ascii: "!")
  }

  /// `$name`: a variable, unless its neighbours say otherwise.
  private static func isVariableName(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    text[range.lowerBound] == UInt8(ascii: "$") && range.dropFirst().allSatisfy { text[$0].isASCIILetter }
  }

  private static func isVersion(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    text[range.lowerBound] | 0x20 == UInt8(ascii: "v") && text[range.lowerBound + 1].isASCIIDigit
  }

  /// `user@host.example` is an address, `\u0041` an escape.
  private static func isAddress(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    if range.lowerBound > 0 {
      // Escapes, percent-encoding, colours and references are the decoder's.
      switch text[range.lowerBound - 1] {
      case UInt8(ascii: "\\"), UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "&"): return true
      default: break
      }
    }
    guard range.contains(where: { text[$0] == UInt8(ascii: "@") }) else { return false }
    let next = range.upperBound
    let isHost = next + 1 < text.count && text[next] == UInt8(ascii: ".") && text[next + 1].isASCIIAlphanumeric
    let sign = range.first { text[$0] == UInt8(ascii: "@") } ?? next
    let isPair = sign - range.lowerBound > 2 && range.upperBound - sign > 3
    let isMention =
      text[range.lowerBound] == UInt8(ascii: "@") && range.dropFirst().allSatisfy { text[$0].isASCIILetter }
    let before = range.lowerBound > 0 ? text[range.lowerBound - 1] : 0x20
    return isHost || isPair || isMention || before == UInt8(ascii: ".") || before == UInt8(ascii: "/")
      || before == UInt8(ascii: ":")
  }

  /// The word it would be has a vowel, and neither five consonants nor four vowels in a row.
  private static func isPlausible(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var vowels = 0
    var vowelRun = 0
    var consonantRun = 0
    for index in range {
      let byte = text[index]
      let read = byte.isASCIILetter ? byte | 0x20 : letter(byte)
      switch read {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
        UInt8(ascii: "y"):
        vowels += 1
        vowelRun += 1
        consonantRun = 0
      default:
        vowelRun = 0
        consonantRun += 1
      }
      if vowelRun > 4 || consonantRun > 4 { return false }
    }
    return vowels > 0
  }

  private func rewrite(_ range: Range<Int>, _ text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer) {
    var isUpper = true
    for index in range where text[index].isASCIILower { isUpper = false }
    isUpper = isUpper && range.contains { text[$0].isASCIIUpper }
    for index in range where !text[index].isASCIILetter {
      var read = Self.letter(text[index])
      if read == 0 { continue }
      if text[index] == UInt8(ascii: "1"), isL(text, index, range) { read = UInt8(ascii: "l") }
      buffer.drop(index..<index + 1, of: text)
      buffer.put(isUpper ? read & 0xDF : read)
    }
  }

  /// 1 is l when doubled, between vowels, after e or u, before another l, and after l at the end; before a vowel when it begins the
  /// word or makes one of the clusters that begin words (`p1ease`, `f1ag`, `inc1ude`); before y. Else i.
  private func isL(_ text: UnsafeRawBufferPointer, _ index: Int, _ range: Range<Int>) -> Bool {
    func read(_ position: Int) -> UInt8 {
      guard range.contains(position) else { return 0 }
      let byte = text[position]
      return byte.isASCIILetter ? byte | 0x20 : Self.letter(byte)
    }
    func isVowel(_ letter: UInt8) -> Bool { [0x61, 0x65, 0x69, 0x6F, 0x75].contains(letter) }
    let before = read(index - 1)
    let after = read(index + 1)
    let isDoubled =
      (index > range.lowerBound && text[index - 1] == 0x31) || (index + 1 < range.upperBound && text[index + 1] == 0x31)
    if isDoubled || (before == UInt8(ascii: "l") && after == 0) { return true }
    if isVowel(before) && (isVowel(after) || after == UInt8(ascii: "l")) { return true }
    if before == UInt8(ascii: "e") || before == UInt8(ascii: "u") || after == UInt8(ascii: "y") { return true }
    guard isVowel(after) else { return false }
    switch before {
    case 0, UInt8(ascii: "p"), UInt8(ascii: "b"): return true
    case UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "g"), UInt8(ascii: "k"), UInt8(ascii: "s"):
      // Further inside they are rather region, session, verified.
      return index == range.lowerBound + 1 || (before == UInt8(ascii: "c") && after == UInt8(ascii: "u"))
    default: return false
    }
  }
}
