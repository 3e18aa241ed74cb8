import Testing

@testable import Matching

@Suite("Equivalence with the reference matcher")
struct EquivalenceTests {
  static func scan(_ set: PatternSet, _ text: [UInt8], limit: Int = 64) -> [PatternMatch] {
    var matches: [PatternMatch] = []
    let outcome = text.withUnsafeBytes { Scanner(set).scan($0, matchesPerPattern: limit, into: &matches) }
    #expect(!outcome.exhausted)
    return matches
  }

  static func expected(_ patterns: [Pattern], _ text: [UInt8], limit: Int = 64) -> [PatternMatch] {
    let reference = ReferenceMatcher(text: text)
    return patterns.enumerated().flatMap { index, pattern in
      reference.matches(of: pattern.node, limit: limit).map {
        PatternMatch(pattern: index, start: $0.lowerBound, end: $0.upperBound)
      }
    }
  }

  @Test("random patterns match the same spans as the reference", arguments: 0..<24)
  func randomPatterns(seed: UInt64) throws {
    var generator = RandomPatterns(seed: seed)
    var compared = 0
    while compared < 40 {
      let expression = generator.expression()
      let pattern = try Pattern(expression)
      guard let set = try? PatternSet([pattern]) else { continue }
      compared += 1
      for length in [3, 20, 60, 300] {
        let text = generator.text(for: pattern.node, length: length)
        let found = Self.scan(set, text)
        #expect(found == Self.expected([pattern], text), "\(expression) on \(text)")
      }
    }
  }

  @Test("patterns compiled together match as each one alone", arguments: 0..<6)
  func patternsTogether(seed: UInt64) throws {
    var generator = RandomPatterns(seed: 1000 + seed)
    var patterns: [Pattern] = []
    while patterns.count < 12 {
      let pattern = try Pattern(generator.expression())
      if (try? PatternSet([pattern])) != nil { patterns.append(pattern) }
    }
    let set = try PatternSet(patterns)
    for _ in 0..<6 {
      let text = patterns.flatMap { generator.text(for: $0.node, length: 40) }
      #expect(Self.scan(set, text, limit: 5) == Self.expected(patterns, text, limit: 5))
    }
  }
}
