/// A property of a pattern that makes scanning dear. Rules that ship with the product have none of these.
package enum PatternLint: Hashable, Sendable, CustomStringConvertible {
  /// It cannot be compiled.
  case refused(PatternRefusal)
  /// No literal of three bytes or more is in every match, so that other texts could be passed over quickly.
  case noRequiredLiteral
  /// There is such a literal, but only behind an unbounded repetition (`\s*word`), so it does not say where a match may begin.
  case literalAtUnboundedDistance
  /// The best literals are frequent in ordinary text: this many times per MB.
  case commonLiteral(perMegabyte: Int)
  /// A counted gap inside an unbounded repetition, `(a.{0,9}b)*`, cannot be divided.
  case gapInUnboundedRepetition

  package static let shortestLiteral = 3
  package static let mostOccurrences = 2000

  package var description: String {
    switch self {
    case .refused(let refusal): "\(refusal)"
    case .noRequiredLiteral: "no required literal of \(Self.shortestLiteral) bytes or more"
    case .literalAtUnboundedDistance: "the required literal stands behind an unbounded repetition"
    case .commonLiteral(let count): "the required literals occur about \(count) times per MB of ordinary text"
    case .gapInUnboundedRepetition: "a counted gap inside an unbounded repetition"
    }
  }
}

/// What is wrong with a pattern as part of a large rule set; empty when nothing is. Costs as much as compiling it.
package func lint(_ pattern: Pattern) -> [PatternLint] {
  var findings: [PatternLint] = []
  do {
    _ = try SetCompiler.compile([pattern])
  } catch {
    findings.append(.refused(error.refusal))
  }
  if pattern.node.holdsGapInUnboundedRepetition { findings.append(.gapInUnboundedRepetition) }
  findings.append(contentsOf: lintLiterals(SearchForm(pattern.node).node))
  return findings
}

private func lintLiterals(_ node: Node) -> [PatternLint] {
  let analysis = LiteralAnalysis(ByteFrequency())
  // The literals of a pattern are looked for between its gaps, as the compiler does.
  var runs: [[Node]] = [[]]
  for part in node.parts {
    if part.gap == nil { runs[runs.count - 1].append(part) } else { runs.append(contentsOf: [[part], []]) }
  }
  let sets = runs.flatMap { analysis.sets(in: Node.sequence($0)) }
    .filter { $0.set.shortest >= PatternLint.shortestLiteral }
  guard !sets.isEmpty else { return [.noRequiredLiteral] }
  let bounded = sets.filter(\.set.isBounded)
  guard let fewest = bounded.map(\.occurrences).min() else { return [.literalAtUnboundedDistance] }
  return fewest > Float(PatternLint.mostOccurrences) ? [.commonLiteral(perMegabyte: Int(fewest))] : []
}

extension Node {
  fileprivate var holdsGapInUnboundedRepetition: Bool {
    switch self {
    case .empty, .bytes, .assertion: return false
    case .concatenation(let parts), .alternation(let parts):
      return parts.contains(where: \.holdsGapInUnboundedRepetition)
    case .repetition(let inner, _, let maximum):
      return maximum == nil ? inner.holdsCountedGap : inner.holdsGapInUnboundedRepetition
    }
  }

  private var holdsCountedGap: Bool {
    switch self {
    case .empty, .bytes, .assertion: return false
    case .concatenation(let parts), .alternation(let parts): return parts.contains(where: \.holdsCountedGap)
    case .repetition(let inner, _, let maximum):
      return (gap != nil && maximum != nil) || inner.holdsCountedGap
    }
  }
}
