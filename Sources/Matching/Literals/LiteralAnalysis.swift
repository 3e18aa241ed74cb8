/// Finds the literal sets that a node requires.
struct LiteralAnalysis {
  private let frequency: ByteFrequency

  /// The largest set, and the longest literal before cutting.
  private static let maximumSetSize = 64
  private static let maximumExactLength = 24

  init(_ frequency: ByteFrequency) {
    self.frequency = frequency
  }

  /// One literal of a set that is being built, with the distance from the start of the node to its first byte.
  private struct Placed: Hashable {
    var bytes: [UInt8]
    var low: Int
    var high: Int?

    func moved(by length: LengthRange) -> Placed {
      Placed(bytes: bytes, low: low + length.minimum, high: LengthRange.add(high, length.maximum))
    }
  }

  private struct Facts {
    /// Everything the node matches, when that is a short list of literals.
    var exact: [[UInt8]]?
    /// Sets of which every match holds a member.
    var required: [[Placed]] = []
  }

  /// All literal sets of a node, the rarest in benign text first, with their expected occurrences per MB.
  func sets(in node: Node) -> [(set: LiteralSet, occurrences: Float)] {
    var facts = analyse(node)
    if let exact = facts.exact { facts.required.append(exact.map { Placed(bytes: $0, low: 0, high: 0) }) }
    var seen: Set<LiteralSet> = []
    var result: [(set: LiteralSet, occurrences: Float)] = []
    for placed in facts.required {
      guard let set = cut(placed), seen.insert(set).inserted else { continue }
      result.append((set, occurrences(of: set.literals)))
    }
    return result.sorted { $0.occurrences < $1.occurrences }
  }

  // MARK: Analysis

  private func analyse(_ node: Node) -> Facts {
    switch node {
    case .empty, .assertion: return Facts(exact: [[]])
    case .bytes(let set):
      let folded = Set(set.members.map(Self.fold))
      return Facts(exact: folded.count <= 16 ? folded.sorted().map { [$0] } : nil)
    case .concatenation(let parts): return concatenate(parts)
    case .alternation(let branches): return choose(branches)
    case .repetition(let inner, let minimum, let maximum):
      return repeated(inner, minimum, maximum)
    }
  }

  private func concatenate(_ parts: [Node]) -> Facts {
    var result = Facts()
    // The literals that end where the next part begins, and where they begin.
    var pending: [[UInt8]] = [[]]
    var pendingOffset = LengthRange.zero
    var offset = LengthRange.zero
    var isExact = true
    func close() {
      let placed = pending.map { Placed(bytes: $0, low: 0, high: 0).moved(by: pendingOffset) }
      if !placed.contains(where: \.bytes.isEmpty) { result.required.append(placed) }
    }
    for part in parts {
      let facts = analyse(part)
      result.required.append(contentsOf: facts.required.map { $0.map { $0.moved(by: offset) } })
      if let exact = facts.exact {
        if let product = Self.product(pending, exact) {
          pending = product
        } else {
          close()
          isExact = false
          pending = exact
          pendingOffset = offset
        }
      } else {
        close()
        isExact = false
        pending = [[]]
        pendingOffset = offset + part.length
      }
      offset = offset + part.length
    }
    if isExact { result.exact = pending } else { close() }
    return result
  }

  private func choose(_ branches: [Node]) -> Facts {
    var result = Facts(exact: [])
    var bounded: [Placed]? = []
    var any: [Placed]? = []
    for branch in branches {
      let facts = analyse(branch)
      if let known = result.exact, let exact = facts.exact {
        result.exact = Self.union(known, exact)
      } else {
        result.exact = nil
      }
      var candidates = facts.required
      if let exact = facts.exact { candidates.append(exact.map { Placed(bytes: $0, low: 0, high: 0) }) }
      candidates = candidates.filter { set in !set.contains(where: \.bytes.isEmpty) }
      candidates.sort { cost($0) < cost($1) }
      let limit = LiteralSet.boundedDistance
      let nearest = candidates.first { set in set.allSatisfy { ($0.high ?? .max) < limit } }
      bounded = Self.append(nearest, to: bounded)
      any = Self.append(candidates.first, to: any)
    }
    for set in [bounded, any] {
      if let set, !set.isEmpty, !result.required.contains(set) { result.required.append(set) }
    }
    return result
  }

  private func repeated(_ inner: Node, _ minimum: Int, _ maximum: Int?) -> Facts {
    let facts = analyse(inner)
    if minimum == 0 {
      guard maximum == 1, let exact = facts.exact else { return Facts() }
      return Facts(exact: Self.union(exact, [[]]))
    }
    if minimum == maximum, minimum <= Self.maximumExactLength {
      return concatenate(Array(repeating: inner, count: minimum))
    }
    var result = Facts(required: facts.required)
    guard let exact = facts.exact else { return result }
    // As many copies as stay a short list.
    var copies = exact
    for _ in 1..<min(max(minimum, 1), Self.maximumExactLength) {
      guard let product = Self.product(copies, exact) else { break }
      copies = product
    }
    if !copies.contains([]) {
      result.required.append(copies.map { Placed(bytes: $0, low: 0, high: 0) })
    }
    return result
  }

  // MARK: Sets

  private static func product(_ left: [[UInt8]], _ right: [[UInt8]]) -> [[UInt8]]? {
    guard left.count * right.count <= maximumSetSize else { return nil }
    var result: Set<[UInt8]> = []
    for first in left {
      for second in right {
        guard first.count + second.count <= maximumExactLength else { return nil }
        result.insert(first + second)
      }
    }
    return result.sorted(by: precedes)
  }

  private static func union(_ left: [[UInt8]], _ right: [[UInt8]]) -> [[UInt8]]? {
    let result = Set(left).union(right)
    return result.count <= maximumSetSize ? result.sorted(by: precedes) : nil
  }

  private static func append(_ set: [Placed]?, to union: [Placed]?) -> [Placed]? {
    guard let set, let union, union.count + set.count <= maximumSetSize else { return nil }
    return union + set
  }

  private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }

  private static func fold(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private func cost(_ set: [Placed]) -> Float {
    set.reduce(0) { $0 + frequency.occurrences(of: $1.bytes) }
  }

  private func occurrences(of literals: [[UInt8]]) -> Float {
    literals.reduce(0) { $0 + frequency.occurrences(of: $1) }
  }

  /// Cuts every literal to its rarest part and joins the distances; nil when a literal is empty.
  private func cut(_ placed: [Placed]) -> LiteralSet? {
    var literals: Set<[UInt8]> = []
    var low = Int.max
    var high: Int? = 0
    for literal in placed {
      guard !literal.bytes.isEmpty else { return nil }
      let range = rarestPart(of: literal.bytes)
      literals.insert(Array(literal.bytes[range]))
      low = min(low, literal.low + range.upperBound)
      if let known = high, let end = literal.high { high = max(known, end + range.upperBound) } else { high = nil }
    }
    if literals.isEmpty { return nil }
    return LiteralSet(
      literals: literals.sorted(by: Self.precedes), minimumDistance: low, maximumDistance: high)
  }

  private func rarestPart(of bytes: [UInt8]) -> Range<Int> {
    let length = min(bytes.count, LiteralSet.maximumLiteralLength)
    var best = 0..<length
    var fewest = Float.infinity
    for start in 0...(bytes.count - length) {
      let count = frequency.occurrences(of: bytes[start..<(start + length)])
      if count < fewest {
        fewest = count
        best = start..<(start + length)
      }
    }
    return best
  }
}
