import Testing

@testable import Matching

@Suite("Scanner")
struct ScannerTests {
  @Test("patterns outside the mask are not reported, the others as before")
  func mask() throws {
    let set = try PatternSet(["abc", "bcd", "[0-9]cd"].map { try Pattern($0) })
    let scanner = Scanner(set)
    func found(_ mask: PatternMask?) -> [Int] {
      var matches: [PatternMatch] = []
      _ = Array("abcd 1cd".utf8).withUnsafeBytes {
        scanner.scan($0, only: mask, matchesPerPattern: 9, into: &matches)
      }
      return matches.map(\.pattern)
    }
    var mask = PatternMask(patternCount: set.patternCount)
    #expect(found(mask) == [])
    mask.insert(1)
    #expect(found(mask) == [1])
    #expect(found(nil) == [0, 1, 2])
  }

  private func spans(_ expression: String, _ text: [UInt8], limit: Int = 64) throws -> [Range<Int>] {
    EquivalenceTests.scan(try PatternSet([Pattern(expression)]), text, limit: limit).map { $0.start..<$0.end }
  }

  private func spans(_ expression: String, _ text: String, limit: Int = 64) throws -> [Range<Int>] {
    try spans(expression, Array(text.utf8), limit: limit)
  }

  @Test("matches are leftmost, longest and do not overlap")
  func leftmostLongest() throws {
    #expect(try spans("a|ab|abc", "zabcab") == [1..<4, 4..<6])
    #expect(try spans("aba", "abababa") == [0..<3, 4..<7])
    #expect(try spans("\\d{13,19}", "1234567890123456789012 1") == [0..<19])
    #expect(try spans("[a-z]+@[a-z]+", "to joe@example and amy@home") == [3..<14, 19..<27])
  }

  @Test("the limit holds per pattern and keeps the first matches")
  func limit() throws {
    #expect(try spans("ab", "abababab", limit: 2) == [0..<2, 2..<4])
    let set = try PatternSet([Pattern("ab"), Pattern("b")])
    let found = EquivalenceTests.scan(set, Array("ababab".utf8), limit: 2)
    #expect(found.map(\.pattern) == [0, 0, 1, 1])
    #expect(try spans("ab", "abab", limit: 0).isEmpty)
  }

  @Test("nothing matches or crosses the separator, and it bounds texts")
  func separator() throws {
    let text: [UInt8] = Array("ab".utf8) + [0xFF] + Array("cd".utf8)
    for expression in ["b.c", "b[^x]c", "b\\Wc", "b\\Sc", "b[\\x00-\\x7F]{0,3}c", "(?s)b.{0,5}c", "[^a]{3}"] {
      #expect(try spans(expression, text).isEmpty, "\(expression)")
    }
    #expect(try spans("(?:^|\\A)cd$", text) == [3..<5])
    #expect(try spans("ab\\z", text) == [0..<2])
    #expect(try spans("b\\b", text) == [1..<2])
    #expect(try spans("\\B.\\B", text).isEmpty)
    #expect(try spans("[^\\n]+", text) == [0..<2, 3..<5])
  }

  @Test("0xFE and invalid UTF-8 are ordinary bytes")
  func ordinaryBytes() throws {
    #expect(try spans("a.{1,2}b", [0x61, 0xFE, 0x80, 0x62]) == [0..<4])
  }

  @Test("empty and tiny texts", arguments: ["", "a", "\n"])
  func tiny(text: String) throws {
    #expect(try spans("abc", text).isEmpty)
    #expect(try spans("a$", text) == (text == "a" ? [0..<1] : []))
  }

  @Test(
    "a literal is found at every offset of texts around the lane threshold",
    arguments: [200, 255, 256, 257, 259, 300, 515])
  func laneCuts(length: Int) throws {
    let set = try PatternSet([Pattern("needle")])
    for offset in 0...(length - 6) {
      var text = [UInt8](repeating: 0x2E, count: length)
      text.replaceSubrange(offset..<offset + 6, with: "needle".utf8)
      #expect(
        EquivalenceTests.scan(set, text) == [PatternMatch(pattern: 0, start: offset, end: offset + 6)])
    }
  }

  @Test("matches across the end of a block are found once, with offsets in the text")
  func blockEnds() throws {
    let patterns = try ["needle.{0,40}thread", "\\bneedle", "needles?$", "(?m)^needle"].map { try Pattern($0) }
    let set = try PatternSet(patterns)
    let block = 64 * 1024
    for offset in [block - 60, block - 30, block - 6, block - 3, block - 1, block, block + 1, 2 * block - 5] {
      var text = [UInt8](repeating: 0x20, count: 2 * block + 300)
      text[offset - 1] = 0x0A
      text.replaceSubrange(offset..<offset + 6, with: "needle".utf8)
      text.replaceSubrange(offset + 30..<offset + 36, with: "thread".utf8)
      text[offset + 6] = Separator.byte
      let cut = EquivalenceTests.scan(set, text)
      #expect(cut == [1, 2, 3].map { PatternMatch(pattern: $0, start: offset, end: offset + 6) }, "\(offset)")
      text[offset + 6] = 0x2D
      let whole = EquivalenceTests.scan(set, text)
      #expect(whole.first == PatternMatch(pattern: 0, start: offset, end: offset + 36), "\(offset)")
    }
  }

  @Test("short blocks give the same matches as one block", arguments: 0..<8)
  func shortBlocks(seed: UInt64) throws {
    var generator = RandomPatterns(seed: 500 + seed)
    var compared = 0
    while compared < 20 {
      let pattern = try Pattern(generator.expression())
      guard pattern.maximumLength ?? .max <= PatternSet.longestWindow, let set = try? PatternSet([pattern]) else {
        continue
      }
      compared += 1
      let text = generator.text(for: pattern.node, length: 600)
      let scanner = Scanner(set, blockLength: Int.random(in: 20...290, using: &generator.random))
      var matches: [PatternMatch] = []
      _ = text.withUnsafeBytes { scanner.scan($0, matchesPerPattern: 64, into: &matches) }
      #expect(matches == EquivalenceTests.scan(set, text))
    }
  }

  @Test("a scanner keeps nothing from one text to the next")
  func reuse() throws {
    let set = try PatternSet([Pattern("(?i)secret.{0,30}token"), Pattern("token")])
    let scanner = Scanner(set)
    var matches: [PatternMatch] = []
    for text in ["secret of the token", "token", "secret", String(repeating: "secret token ", count: 9000), "a token"] {
      matches.removeAll()
      _ = Array(text.utf8).withUnsafeBytes { scanner.scan($0, matchesPerPattern: 3, into: &matches) }
      #expect(matches == EquivalenceTests.scan(set, Array(text.utf8), limit: 3))
    }
  }

  @Test("matches are appended behind what the caller has")
  func appends() throws {
    let earlier = PatternMatch(pattern: 7, start: 1, end: 2)
    var matches = [earlier]
    let set = try PatternSet([Pattern("abc")])
    _ = Array("abc".utf8).withUnsafeBytes { Scanner(set).scan($0, matchesPerPattern: 1, into: &matches) }
    #expect(matches == [earlier, PatternMatch(pattern: 0, start: 0, end: 3)])
  }
}
