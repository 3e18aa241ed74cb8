/// Words of people who write about attacks, and where they stand in a text.
///
/// The text is searched once, as far as it is asked about, when the questions come in order.
struct DefensiveWords {
  private struct Place {
    var start: Int
    var end: Int
  }

  /// Of whole words in the part of the text that was searched, ascending.
  private var places: [Place] = []
  private var searched = 0..<0
  private var text = 0..<0

  /// The longest word is shorter.
  private static let longest = 24

  /// So much is searched although nobody asked about it.
  private static let gap = 512

  mutating func forget() {
    text = 0..<0
    searched = 0..<0
  }

  /// Whether one of the words stands in a range. What the ends of the range cut off does not matter: the rest of a longer word
  /// counts as a word.
  ///
  /// - Parameter text: the text that holds the range.
  mutating func stand(in range: Range<Int>, of bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Bool {
    if range.count < 2 { return false }
    if Self.begins(at: range.lowerBound, bytes, range) || Self.endsInWord(bytes, range) { return true }
    search(upTo: range, bytes, text)
    var index = first(from: range.lowerBound)
    while index < places.count, places[index].start < range.upperBound {
      if places[index].end <= range.upperBound { return true }
      index += 1
    }
    return false
  }

  // MARK: Private

  /// Searches what was not searched yet.
  private mutating func search(upTo range: Range<Int>, _ bytes: UnsafeRawBufferPointer, _ text: Range<Int>) {
    let isFar = range.lowerBound < searched.lowerBound || range.lowerBound > searched.upperBound + Self.gap
    if self.text != text || isFar {
      self.text = text
      searched = range.lowerBound..<range.lowerBound
      places.removeAll(keepingCapacity: places.capacity <= 1 << 12)
    }
    guard range.upperBound > searched.upperBound else { return }
    var index = searched.upperBound
    searched = searched.lowerBound..<range.upperBound
    let beginnings = Self.beginnings
    var isStart = index == text.lowerBound || !Self.isLetter(bytes[index - 1])
    while index < range.upperBound, index + 1 < text.upperBound {
      let isInWord = Self.isLetter(bytes[index])
      if isStart, isInWord, beginnings[Self.beginning(bytes[index], bytes[index + 1])] {
        for word in Self.vocabulary where Self.stands(word, at: index, bytes, text) {
          places.append(Place(start: index, end: index + word.count))
        }
      }
      isStart = !isInWord
      index += 1
    }
  }

  /// The first place that begins at or behind an offset. Logarithmic.
  private func first(from offset: Int) -> Int {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].start < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whole words. ASCII case ignored.
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

  /// Whether a word begins at the start of a range, whatever stands before it.
  private static func begins(at index: Int, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    isLetter(bytes[index]) && beginnings[beginning(bytes[index], bytes[index + 1])]
      && vocabulary.contains { stands($0, at: index, bytes, range) }
  }

  /// Whether a word ends at the end of a range and a longer one goes on behind it.
  private static func endsInWord(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    let first = max(range.lowerBound, range.upperBound - longest)
    for index in first..<(range.upperBound - 1) where index == range.lowerBound || !isLetter(bytes[index - 1]) {
      if begins(at: index, bytes, range) { return true }
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
}
