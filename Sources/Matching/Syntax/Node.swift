/// A condition on a position between two bytes.
enum Assertion: UInt8, Hashable, Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
}

/// The syntax tree of an expression over bytes. Groups leave no trace, and code points are already byte sequences.
indirect enum Node: Hashable, Sendable {
  case empty
  case bytes(ByteSet)
  case assertion(Assertion)
  case concatenation([Node])
  case alternation([Node])
  /// `maximum` nil means without bound.
  case repetition(Node, minimum: Int, maximum: Int?)
}

extension Node {
  /// A concatenation without nested concatenations and empty parts.
  static func sequence(_ parts: [Node]) -> Node {
    var flat: [Node] = []
    for part in parts {
      switch part {
      case .empty: continue
      case .concatenation(let inner): flat.append(contentsOf: inner)
      default: flat.append(part)
      }
    }
    switch flat.count {
    case 0: return .empty
    case 1: return flat[0]
    default: return .concatenation(flat)
    }
  }

  /// An alternation; single-byte branches are merged into one set.
  static func choice(_ branches: [Node]) -> Node {
    var flat: [Node] = []
    for branch in branches {
      if case .alternation(let inner) = branch {
        flat.append(contentsOf: inner)
      } else {
        flat.append(branch)
      }
    }
    var merged = ByteSet.empty
    var firstSet: Int?
    var result: [Node] = []
    for branch in flat {
      if case .bytes(let set) = branch {
        merged.formUnion(set)
        if firstSet == nil {
          firstSet = result.count
          result.append(branch)
        }
      } else {
        result.append(branch)
      }
    }
    if let firstSet { result[firstSet] = .bytes(merged) }
    return result.count == 1 ? result[0] : .alternation(result)
  }

  static func repeated(_ node: Node, _ minimum: Int, _ maximum: Int?) -> Node {
    if node == .empty || maximum == 0 { return .empty }
    if minimum == 1, maximum == 1 { return node }
    return .repetition(node, minimum: minimum, maximum: maximum)
  }

  static func literal(_ bytes: some Sequence<UInt8>, caseInsensitive: Bool) -> Node {
    sequence(
      bytes.map { byte in
        let set = ByteSet([byte])
        return .bytes(caseInsensitive ? set.caseFolded : set)
      })
  }

  /// The parts of a concatenation; a single node is a concatenation of one.
  var parts: [Node] {
    switch self {
    case .empty: []
    case .concatenation(let parts): parts
    default: [self]
    }
  }
}

/// Byte lengths of everything a node matches.
struct LengthRange: Hashable, Sendable {
  var minimum: Int
  /// nil: without bound.
  var maximum: Int?

  static let zero = LengthRange(minimum: 0, maximum: 0)

  /// Keeps sums and products far from overflow; longer than any text a bound is used for.
  static let ceiling = 1 << 30

  static func + (left: LengthRange, right: LengthRange) -> LengthRange {
    LengthRange(
      minimum: min(left.minimum + right.minimum, ceiling),
      maximum: add(left.maximum, right.maximum))
  }

  static func add(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return nil }
    return min(left + right, ceiling)
  }

  static func multiply(_ length: Int?, by count: Int?) -> Int? {
    if length == 0 || count == 0 { return 0 }
    guard let length, let count else { return nil }
    let (product, overflow) = length.multipliedReportingOverflow(by: count)
    return overflow ? ceiling : min(product, ceiling)
  }
}

extension Node {
  var length: LengthRange {
    switch self {
    case .empty, .assertion: return .zero
    case .bytes: return LengthRange(minimum: 1, maximum: 1)
    case .concatenation(let parts): return parts.reduce(.zero) { $0 + $1.length }
    case .alternation(let branches):
      var result: LengthRange?
      for length in branches.lazy.map(\.length) {
        guard let known = result else {
          result = length
          continue
        }
        var maximum: Int?
        if let first = known.maximum, let second = length.maximum { maximum = max(first, second) }
        result = LengthRange(minimum: min(known.minimum, length.minimum), maximum: maximum)
      }
      return result ?? .zero
    case .repetition(let inner, let minimum, let maximum):
      let length = inner.length
      return LengthRange(
        minimum: LengthRange.multiply(length.minimum, by: minimum) ?? LengthRange.ceiling,
        maximum: LengthRange.multiply(length.maximum, by: maximum))
    }
  }

  /// A repeated set that is better counted by positions than by automaton states.
  var gap: (set: ByteSet, minimum: Int, maximum: Int?)? {
    guard case .repetition(.bytes(let set), let minimum, let maximum) = self else { return nil }
    let isLong = (maximum ?? minimum) >= 5
    let isWide = maximum == nil && set.count >= 128
    return isLong || isWide ? (set, minimum, maximum) : nil
  }

  /// The number of automaton instructions after all counted repetitions but gaps are written out, saturating.
  var expandedSize: Int {
    switch self {
    case .empty: return 0
    case .bytes, .assertion: return 1
    case .concatenation(let parts):
      return parts.reduce(0) { min($0 + $1.expandedSize, LengthRange.ceiling) }
    case .alternation(let branches):
      return branches.reduce(0) { min($0 + $1.expandedSize + 1, LengthRange.ceiling) }
    case .repetition(let inner, let minimum, let maximum):
      if gap != nil { return 1 }
      let copies = maximum ?? minimum + 1
      return LengthRange.multiply(inner.expandedSize + 1, by: copies) ?? LengthRange.ceiling
    }
  }
}
