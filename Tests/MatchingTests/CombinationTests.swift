import Testing

@testable import Matching

@Suite("Combinations of patterns")
struct CombinationTests {
  private static let words = ["fetch", "delete", "secret", "token", "now", "harbour"]
  private static let within = 40

  /// Patterns 0–1, 2–3 and 4 are the groups of one combination; 5 belongs to none.
  private static let combination = PatternCombination(groups: [[0, 1], [2, 3], [4]], within: within)

  private func scan(
    _ text: [UInt8], _ set: PatternSet, _ combinations: [PatternCombination], blockLength: Int, isPiece: Bool = false
  ) -> [PatternMatch] {
    var matches: [PatternMatch] = []
    let scanner = Scanner(set, combinations: combinations, blockLength: blockLength)
    let outcome = text.withUnsafeBytes {
      scanner.scan($0, matchesPerPattern: 1000, isPiece: isPiece, into: &matches)
    }
    #expect(!outcome.exhausted)
    return matches
  }

  private func text(_ random: inout SeededGenerator, length: Int) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < length {
      let word = random.chance(30) ? random.pick(Self.words) : "lorem"
      text += Array(word.utf8) + Array(repeating: 0x20, count: Int.random(in: 1...12, using: &random))
    }
    return text
  }

  /// The spans that hold one match of every group.
  private func isComplete(_ match: PatternMatch, _ all: [PatternMatch]) -> Bool {
    let groups = Self.combination.groups.map { patterns in all.filter { patterns.contains($0.pattern) } }
    for first in groups[0] {
      for second in groups[1] {
        for third in groups[2] {
          let parts = [first, second, third]
          guard parts.contains(match) else { continue }
          let start = parts.map(\.start).min() ?? 0
          let end = parts.map(\.end).max() ?? 0
          if end - start <= Self.within { return true }
        }
      }
    }
    return false
  }

  @Test(
    "every match that is part of a whole is reported, and nothing that does not match", arguments: [64, 256, 65536])
  func wholes(blockLength: Int) throws {
    var random = SeededGenerator(seed: 5)
    let set = try PatternSet(Self.words.map { try Pattern($0) })
    var left = 0
    for _ in 0..<60 {
      let text = text(&random, length: 700)
      let all = scan(text, set, [], blockLength: blockLength)
      let found = scan(text, set, [Self.combination], blockLength: blockLength)
      #expect(found == found.sorted { ($0.pattern, $0.start) < ($1.pattern, $1.start) })
      #expect(found.allSatisfy { all.contains($0) })
      for match in all where match.pattern == 5 || isComplete(match, all) { #expect(found.contains(match)) }
      left += all.count - found.count
    }
    // Blocks shorter than a combination hide nothing.
    #expect(blockLength < 700 || left > 100)
  }

  @Test("without a match of every group nothing is reported, unless the text is a piece of another")
  func incomplete() throws {
    let set = try PatternSet(Self.words.map { try Pattern($0) })
    let text = Array("fetch the secret of the harbour".utf8)
    #expect(scan(text, set, [Self.combination], blockLength: 65536).map(\.pattern) == [5])
    #expect(scan(text, set, [Self.combination], blockLength: 65536, isPiece: true).map(\.pattern) == [0, 2, 5])
  }
}
