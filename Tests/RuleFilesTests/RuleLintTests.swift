import Guard
import Testing

@testable import Matching

/// An expression without a literal runs over every byte of every text. A new rule must not bring one in: give every
/// alternative a word of three bytes or more, with counted blanks inside it (`rm  ?-`, not `rm\s{1,2}-`).
@Suite struct RuleLintTests {
  /// What these look for has no fixed byte in it: numbers, whose check digits decide, and marks on any letter.
  static let withoutLiteral: Set<String> = ["IAP-100", "IAP-101", "IAP-102", "UNI_005", "UNI_100"]

  @Test("every expression of a rule has a literal to look for, near its start and rare in ordinary text")
  func literals() throws {
    let analysis = LiteralAnalysis(ByteFrequency())
    var excused: Set<String> = []
    for rule in try CommittedRules.all() {
      for pattern in rule.patterns where !pattern.isLiteral {
        if Self.hasLiteral(pattern.value, try Pattern(pattern.value), analysis) { continue }
        if Self.withoutLiteral.contains(rule.id) {
          excused.insert(rule.id)
        } else {
          Issue.record("\(rule.id) has no good literal: \(pattern.value)")
        }
      }
    }
    #expect(excused == Self.withoutLiteral, "the list of exceptions is too long")
  }

  /// What `lint` says of literals, without its compiling of every pattern, which takes half a minute here.
  private static func hasLiteral(_ expression: String, _ pattern: Pattern, _ analysis: LiteralAnalysis) -> Bool {
    var runs: [[Node]] = [[]]
    for part in SearchForm(pattern.node).node.parts {
      if part.gap == nil { runs[runs.count - 1].append(part) } else { runs.append(contentsOf: [[part], []]) }
    }
    let sets = runs.flatMap { analysis.sets(in: Node.sequence($0)) }
      .filter { $0.set.shortest >= PatternLint.shortestLiteral && $0.set.isBounded }
    guard let fewest = sets.map(\.occurrences).min() else { return false }
    // The frequencies are those of English text and code. About words and characters beyond ASCII they say nothing.
    let isBeyondASCII = expression.contains(#"\x{"#) || expression.utf8.contains { $0 >= 0x80 }
    return isBeyondASCII || fewest <= Float(PatternLint.mostOccurrences)
  }
}
