import Testing

@testable import Matching

/// Literals that reach over white space: they may only ever spare work.
@Suite("Phrases as literals")
struct PhraseTests {
  private func rarest(_ expression: String, joinsWords: Bool) throws -> LiteralSet {
    let sets = LiteralAnalysis(ByteFrequency(), joinsWords: joinsWords).sets(in: try Pattern(expression).node)
    return try #require(sets.first).set
  }

  @Test("a run of white space is one blank of a literal, and its length is counted where the literal ends")
  func blanks() throws {
    let set = try rarest("ab\\s{1,3}cd", joinsWords: true)
    #expect(set.literals == [Array("ab cd".utf8)])
    #expect(set.minimumDistance == 5)
    #expect(set.maximumDistance == 7)
    #expect(try rarest("ab[\\t\\n ]cd", joinsWords: true).literals == [Array("ab cd".utf8)])
    #expect(try rarest("a  b", joinsWords: true).literals == [Array("a b".utf8)])
  }

  @Test("without joining, white space of more than one length divides literals")
  func divided() throws {
    #expect(try rarest("ab\\s{1,3}cd", joinsWords: false).literals.allSatisfy { !$0.contains(0x20) })
  }

  @Test("white space without bound divides literals")
  func unbounded() throws {
    for expression in ["ab\\s+cd", "ab\\s*cd", "ab\\s{1,20}cd"] {
      let set = try rarest(expression, joinsWords: true)
      #expect(set.literals.allSatisfy { !$0.starts(with: Array("ab c".utf8)) }, "\(expression)")
    }
  }

  @Test("words are found over white space of every kind and permitted length, anywhere in a long text")
  func everySpace() throws {
    let set = try PatternSet([Pattern("(?i)\\b(?:discard|forget)\\s{1,3}(?:every|all)\\s{1,3}rules?\\b")])
    for (space, isMatch) in [
      (" ", true), ("\n", true), ("\t\r\n", true), ("   ", true), ("\u{0C} ", true), ("    ", false), ("", false),
    ] {
      for offset in stride(from: 0, to: 90, by: 7) {
        let noise = (String(repeating: "x", count: offset), String(repeating: "y", count: 60))
        let text = noise.0 + " Forget\(space)all\(space)rules " + noise.1
        #expect(EquivalenceTests.scan(set, Array(text.utf8)).count == (isMatch ? 1 : 0), "\(offset)")
      }
    }
  }

  @Test("words that stand apart in several texts leave traces, though no phrase is there")
  func traces() throws {
    let scanner = Scanner(try PatternSet([Pattern("discard\\s{1,3}marigold[^.]{0,30}harbour")]))
    var matches: [PatternMatch] = []
    func scan(_ texts: [String]) -> LiteralPresence {
      let text = Array(texts.map { Array($0.utf8) }.joined(separator: [0xFF]))
      _ = text.withUnsafeBytes {
        scanner.scan($0, matchesPerPattern: 9, tracing: 0..<text.count, into: &matches)
      }
      return scanner.presence
    }
    _ = scan(["discard", "marigold in the harbour"])
    #expect(scanner.traces.count == 2)
    let (first, second) = (scan(["discard marigold"]), scan(["in the harbour"]))
    #expect(scanner.spans(first, second))
    #expect(!scanner.spans(first, first))
    #expect(matches.isEmpty)
  }

  @Test("two combinations that share an expression both find it")
  func shared() throws {
    let words = ["marigold", "harbour", "marigold", "lantern"]
    let set = try PatternSet(words.map { try Pattern($0) })
    let combinations = [[[0], [1]], [[2], [3]]].map { PatternCombination(groups: $0, within: 60) }
    let scanner = Scanner(set, combinations: combinations)
    func found(_ text: String) -> [Int] {
      var matches: [PatternMatch] = []
      _ = Array(text.utf8).withUnsafeBytes { scanner.scan($0, matchesPerPattern: 9, into: &matches) }
      return matches.map(\.pattern)
    }
    #expect(found("a marigold in the harbour by the lantern") == [0, 1, 2, 3])
    #expect(found("the lantern and a marigold") == [2, 3])
    #expect(found("no flower in the harbour by the lantern") == [])
  }
}
