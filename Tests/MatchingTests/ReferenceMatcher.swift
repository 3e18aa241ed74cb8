@testable import Matching

/// Matches by the definition of each construct: a node maps a set of start positions to the set of end positions.
/// Slow and obvious; shares nothing with the engine but the syntax tree.
struct ReferenceMatcher {
  let text: [UInt8]

  func ends(of node: Node, from starts: Set<Int>) -> Set<Int> {
    switch node {
    case .empty: return starts
    case .bytes(let set):
      return Set(starts.filter { $0 < text.count && text[$0] != 0xFF && set.contains(text[$0]) }.map { $0 + 1 })
    case .assertion(let assertion): return starts.filter { holds(assertion, at: $0) }
    case .concatenation(let parts): return parts.reduce(starts) { ends(of: $1, from: $0) }
    case .alternation(let branches):
      return branches.reduce(into: []) { $0.formUnion(ends(of: $1, from: starts)) }
    case .repetition(let inner, let minimum, let maximum):
      var current = starts
      for _ in 0..<minimum { current = ends(of: inner, from: current) }
      var all = current
      var count = minimum
      while count < maximum ?? .max, !current.isEmpty {
        current = ends(of: inner, from: current).subtracting(all)
        all.formUnion(current)
        count += 1
      }
      return all
    }
  }

  private func holds(_ assertion: Assertion, at position: Int) -> Bool {
    let before: UInt8? = position == 0 || text[position - 1] == 0xFF ? nil : text[position - 1]
    let after: UInt8? = position == text.count || text[position] == 0xFF ? nil : text[position]
    let boundary = before.map(isWord) ?? false != after.map(isWord) ?? false
    switch assertion {
    case .textStart: return before == nil
    case .textEnd: return after == nil
    case .lineStart: return before == nil || before == 0x0A
    case .lineEnd: return after == nil || after == 0x0A
    case .wordBoundary: return boundary
    case .notWordBoundary: return !boundary
    }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }

  /// Leftmost, longest, not overlapping.
  func matches(of node: Node, limit: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while position <= text.count, result.count < limit {
      if let end = ends(of: node, from: [position]).max() {
        result.append(position..<end)
        position = max(end, position + 1)
      } else {
        position += 1
      }
    }
    return result
  }
}
