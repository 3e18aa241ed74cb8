/// Finds the literal sets that a node requires.
struct LiteralAnalysis {
  private let frequency: ByteFrequency
  private let joinsWords: Bool

  /// The largest set, and the longest literal before cutting.
  private static let maximumSetSize = 64
  private static let maximumExactLength = 24
  /// So many copies of a part are written out one by one.
  private static let maximumCopies = 4

  /// - Parameter joinsWords: whether a literal may reach over white space. Two words in a row are much rarer than either.
  init(_ frequency: ByteFrequency, joinsWords: Bool = false) {
    self.frequency = frequency
    self.joinsWords = joinsWords
  }

  /// One literal of a set that is being built, with the distance from the start of the node to its first byte.
  private struct Placed: Hashable {
    var literal: PlainText
    var low: Int
    var high: Int?

    init(_ literal: PlainText, low: Int = 0, high: Int? = 0) {
      (self.literal, self.low, self.high) = (literal, low, high)
    }

    func moved(by length: LengthRange) -> Placed {
      Placed(literal, low: low + length.minimum, high: LengthRange.add(high, length.maximum))
    }
  }

  private struct Facts {
    /// Everything the node matches, when that is a short list of literals.
    var exact: [PlainText]?
    /// Sets of which every match holds a member.
    var required: [[Placed]] = []
  }

  /// All literal sets of a node, the rarest in benign text first, with their expected occurrences per MB.
  func sets(in node: Node) -> [(set: LiteralSet, occurrences: Float)] {
    var facts = analyse(node)
    if let exact = facts.exact { facts.required.append(exact.map { Placed($0) }) }
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
    case .empty, .assertion: return Facts(exact: [.empty])
    case .bytes(let set):
      let folded = Set(set.members.map { LiteralSet.fold($0, whiteSpace: joinsWords) })
      return Facts(exact: folded.count <= 16 ? folded.sorted().map { PlainText($0) } : nil)
    case .concatenation(let parts): return concatenate(parts)
    case .alternation(let branches): return choose(branches)
    case .repetition(let inner, let minimum, let maximum):
      return repeated(inner, minimum, maximum)
    }
  }

  private func concatenate(_ parts: [Node]) -> Facts {
    var result = Facts()
    // The literals that end where the next part begins, and where they begin.
    var pending: [PlainText] = [.empty]
    var pendingOffset = LengthRange.zero
    var offset = LengthRange.zero
    var isExact = true
    func close() {
      let placed = pending.map { Placed($0).moved(by: pendingOffset) }
      if !placed.contains(where: \.literal.isEmpty) { result.required.append(placed) }
    }
    for part in parts {
      let facts = analyse(part)
      result.required.append(contentsOf: facts.required.map { $0.map { $0.moved(by: offset) } })
      if let exact = facts.exact {
        if let product = product(pending, exact) {
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
        pending = [.empty]
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
      if let exact = facts.exact { candidates.append(exact.map { Placed($0) }) }
      candidates = candidates.filter { set in !set.contains(where: \.literal.isEmpty) }
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
      guard let exact = facts.exact, maximum == 1 || joinsWords else { return Facts() }
      return Facts(exact: copies(of: exact, minimum, maximum))
    }
    if minimum == maximum, minimum <= Self.maximumExactLength {
      return concatenate(Array(repeating: inner, count: minimum))
    }
    var result = Facts(required: facts.required)
    guard let exact = facts.exact else { return result }
    if joinsWords, let copies = copies(of: exact, minimum, maximum) { return Facts(exact: copies) }
    // As many copies as stay a short list.
    var copies = exact
    for _ in 1..<min(max(minimum, 1), Self.maximumExactLength) {
      guard let product = product(copies, exact) else { break }
      copies = product
    }
    if !copies.contains(.empty) { result.required.append(copies.map { Placed($0) }) }
    return result
  }

  /// From `minimum` to `maximum` copies, when that is a short list.
  private func copies(of exact: [PlainText], _ minimum: Int, _ maximum: Int?) -> [PlainText]? {
    guard let maximum, maximum <= Self.maximumCopies else { return nil }
    var copies: [PlainText] = [.empty]
    var all: [PlainText] = []
    for count in 0...maximum {
      if count >= minimum {
        guard let union = Self.union(all, copies) else { return nil }
        all = union
      }
      if count == maximum { break }
      guard let product = product(copies, exact) else { return nil }
      copies = product
    }
    return all
  }

  // MARK: Sets

  private func product(_ left: [PlainText], _ right: [PlainText]) -> [PlainText]? {
    guard left.count * right.count <= Self.maximumSetSize else { return nil }
    var result: [PlainText] = []
    for first in left {
      for second in right {
        let joined = first.joined(with: second, mergesWhiteSpace: joinsWords)
        guard joined.bytes.count <= Self.maximumExactLength else { return nil }
        result.append(joined)
      }
    }
    return PlainText.merged(result)
  }

  private static func union(_ left: [PlainText], _ right: [PlainText]) -> [PlainText]? {
    let result = PlainText.merged(left + right)
    return result.count <= maximumSetSize ? result : nil
  }

  private static func append(_ set: [Placed]?, to union: [Placed]?) -> [Placed]? {
    guard let set, let union, union.count + set.count <= maximumSetSize else { return nil }
    return union + set
  }

  private func cost(_ set: [Placed]) -> Float {
    set.reduce(0) { $0 + frequency.occurrences(of: $1.literal.bytes) }
  }

  /// How often literals occur in a megabyte of ordinary text, together.
  func occurrences(of literals: [[UInt8]]) -> Float {
    literals.reduce(0) { $0 + frequency.occurrences(of: $1) }
  }

  /// Cuts every literal to its rarest part and joins the distances; nil when a literal is empty.
  private func cut(_ placed: [Placed]) -> LiteralSet? {
    var literals: Set<[UInt8]> = []
    var low = Int.max
    var high: Int? = 0
    for place in placed {
      let literal = place.literal
      guard !literal.isEmpty else { return nil }
      let range = rarestPart(of: literal.bytes)
      // The white space before its end may be longer than one byte.
      let spare = literal.spare(upTo: range.upperBound)
      guard spare <= LiteralSet.maximumSpare else { return nil }
      literals.insert(Array(literal.bytes[range]))
      low = min(low, place.low + range.upperBound)
      let end = place.high.map { $0 + range.upperBound + spare }
      if let known = high, let end { high = max(known, end) } else { high = nil }
    }
    if literals.isEmpty { return nil }
    return LiteralSet(
      literals: literals.sorted { $0.lexicographicallyPrecedes($1) }, minimumDistance: low, maximumDistance: high)
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
