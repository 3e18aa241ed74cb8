/// A pattern cut down to what decides whether it matches at all.
///
/// At the edges of an unanchored search a repetition needs no more than its minimum: `\s*key=.{0,200}` is in a text
/// exactly when `key=` is. The rest is needed again only to say where a match begins and ends.
struct SearchForm {
  let node: Node
  /// How many bytes further left a match of the whole pattern may begin than one of `node`; nil: without bound.
  let leadingExtra: Int?

  init(_ pattern: Node) {
    let (trimmed, extra) = Self.trim(pattern, edge: .leading)
    node = Self.trim(trimmed, edge: .trailing).node
    leadingExtra = extra
  }

  private enum Edge { case leading, trailing }

  /// Trims one edge. Dropping iterations moves a match to a later start (or earlier end) but leaves all positions inside it,
  /// so assertions keep their meaning.
  private static func trim(_ node: Node, edge: Edge) -> (node: Node, extra: Int?) {
    switch node {
    case .empty, .bytes, .assertion: return (node, 0)
    case .repetition(let inner, let minimum, let maximum):
      let spare = maximum.map { $0 - minimum }
      let dropped = LengthRange.multiply(inner.length.maximum, by: spare)
      if minimum == 0 { return (.empty, dropped) }
      let kept = Node.repeated(inner, minimum, minimum)
      guard minimum == 1 else { return (kept, dropped) }
      let (trimmed, extra) = trim(inner, edge: edge)
      return (trimmed, LengthRange.add(dropped, extra))
    case .alternation(let branches):
      var extra: Int? = 0
      var trimmed: [Node] = []
      for branch in branches {
        let (node, more) = trim(branch, edge: edge)
        // A branch that may be left out makes the whole choice one.
        if node == .empty { return (.empty, branchLength(branches)) }
        trimmed.append(node)
        if let known = extra, let more { extra = max(known, more) } else { extra = nil }
      }
      return (Node.choice(trimmed), extra)
    case .concatenation(var parts):
      var extra: Int? = 0
      while !parts.isEmpty {
        let position = edge == .leading ? 0 : parts.count - 1
        let (trimmed, more) = trim(parts[position], edge: edge)
        extra = LengthRange.add(extra, more)
        if trimmed == .empty {
          parts.remove(at: position)
        } else {
          parts[position] = trimmed
          break
        }
      }
      return (Node.sequence(parts), extra)
    }
  }

  private static func branchLength(_ branches: [Node]) -> Int? {
    Node.alternation(branches).length.maximum
  }
}
