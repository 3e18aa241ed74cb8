/// Whether a match is talked about rather than said: it stands in quotation marks, or in writing about attacks.
enum Mention {
  private static let quoteReach = 120
  private static let wordReach = 200

  /// Looks at a bounded piece of text around the match.
  ///
  /// - Parameters:
  ///   - text: the text that holds the match, as a range of `bytes`.
  ///   - match: a range of `bytes`.
  ///   - whole: if the text is a passage of another one, that one, as a range of `bytes`.
  static func isMention(
    _ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, match: Range<Int>, whole: Range<Int>
  ) -> Bool {
    if !looksLikeJSON(bytes, whole) && isQuoted(bytes, text, match) { return true }
    let around = max(text.lowerBound, match.lowerBound - wordReach)..<min(text.upperBound, match.upperBound + wordReach)
    return isDefensive(bytes, around.lowerBound..<match.lowerBound)
      || isDefensive(bytes, match.upperBound..<around.upperBound)
  }

  // MARK: Private

  /// Quotation marks of data are no quotation.
  private static func looksLikeJSON(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Bool {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes[text].first(where: { !isSpace($0) }), let last = bytes[text].last(where: { !isSpace($0) })
    else { return false }
    return (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
      && (last == UInt8(ascii: "}") || last == UInt8(ascii: "]"))
  }

  private static func isQuoted(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, _ match: Range<Int>) -> Bool {
    var start = match.lowerBound
    while start > max(text.lowerBound, match.lowerBound - quoteReach), bytes[start - 1] != 0x0A { start -= 1 }
    var end = match.upperBound
    while end < min(text.upperBound, match.upperBound + quoteReach), bytes[end] != 0x0A { end += 1 }
    let before = bytes[start..<match.lowerBound]
    let after = bytes[match.upperBound..<end]
    for mark in [UInt8(ascii: "\""), UInt8(ascii: "`")] {
      let opened = before.reduce(0) { $0 + ($1 == mark ? 1 : 0) }
      if opened % 2 == 1 && after.contains(mark) { return true }
    }
    return isOpenSingle(before) && hasClosingSingle(after)
      || contains(before, "\u{201C}") && contains(after, "\u{201D}")
  }

  /// An apostrophe opens a quotation only behind white space, a bracket or a colon.
  private static func isOpenSingle(_ before: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let mark = before.lastIndex(of: UInt8(ascii: "'")) else { return false }
    guard mark > before.startIndex else { return true }
    return [0x20, 0x09, UInt8(ascii: "("), UInt8(ascii: ":")].contains(before[mark - 1])
  }

  private static func hasClosingSingle(_ after: Slice<UnsafeRawBufferPointer>) -> Bool {
    after.indices.contains { index in
      after[index] == UInt8(ascii: "'")
        && (index + 1 == after.endIndex || !isLetter(after[index + 1]))
    }
  }

  /// Words of people who write about attacks. Whole words, ASCII case ignored.
  private static let vocabulary: [[UInt8]] = [
    "for example", "for instance", "e.g.", "such as", "attack", "attacks", "attacker", "attackers", "injection",
    "injections", "injected", "jailbreak prompt", "jailbreak attempt", "jailbreak attempts", "detect", "detects",
    "detected", "detection", "prevent", "prevents", "prevention", "malicious", "vulnerability", "vulnerabilities",
    "vulnerable", "mitigation", "mitigate", "mitigations", "adversary", "adversarial", "exploit", "exploits", "payload",
    "payloads",
  ].map { Array($0.utf8) }

  /// The first two bytes of the words, five bits each: most words of a text can be passed over.
  private static let beginnings: [Bool] = {
    var beginnings = Array(repeating: false, count: 1024)
    for word in vocabulary { beginnings[beginning(word[0], word[1])] = true }
    return beginnings
  }()

  @inline(__always)
  private static func beginning(_ first: UInt8, _ second: UInt8) -> Int { Int(first & 31) << 5 | Int(second & 31) }

  private static func isDefensive(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    let beginnings = beginnings
    var index = range.lowerBound
    var isStart = true
    while index + 1 < range.upperBound {
      let isInWord = isLetter(bytes[index])
      if isStart, isInWord, beginnings[beginning(bytes[index], bytes[index + 1])],
        vocabulary.contains(where: { stands($0, at: index, bytes, range) })
      {
        return true
      }
      isStart = !isInWord
      index += 1
    }
    return false
  }

  private static func stands(
    _ word: [UInt8], at index: Int, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> Bool {
    guard index + word.count <= range.upperBound else { return false }
    for offset in 0..<word.count {
      let letter = word[offset]
      if bytes[index + offset] | (isLetter(letter) ? 0x20 : 0) != letter { return false }
    }
    let end = index + word.count
    return end == range.upperBound || !isLetter(bytes[end])
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func contains(_ bytes: Slice<UnsafeRawBufferPointer>, _ mark: Unicode.Scalar) -> Bool {
    let wanted = Array(String(mark).utf8)
    guard bytes.count >= wanted.count else { return false }
    return (bytes.startIndex...(bytes.endIndex - wanted.count)).contains { start in
      bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
