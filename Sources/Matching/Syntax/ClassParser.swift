extension PatternParser {
  /// `[...]`: single bytes become one set, code points beyond ASCII become UTF-8 sequences beside it.
  mutating func parseClass() throws(PatternError) -> Node {
    let start = index
    index += 1
    let negated = consume("^")
    var set = ByteSet.empty
    var wide: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard let next = current else { throw failure(.unclosedClass, at: start) }
      if next == "]", !isFirst { break }
      isFirst = false
      try parseClassItem(into: &set, wide: &wide, classStart: start)
    }
    index += 1
    if flags.ignoresCase { set = set.caseFolded }
    if negated {
      guard wide.isEmpty else { throw failure(.nonASCIIInNegatedClass, at: start) }
      set = set.complement
    }
    var branches: [Node] = set.isEmpty ? [] : [.bytes(set)]
    for range in Self.merged(wide) {
      branches.append(contentsOf: UTF8Sequences.nodes(for: range))
    }
    if branches.isEmpty { throw failure(.emptyClass, at: start) }
    return Node.choice(branches)
  }

  private mutating func parseClassItem(
    into set: inout ByteSet, wide: inout [ClosedRange<UInt32>], classStart: Int
  ) throws(PatternError) {
    if current == "[", scalar(ahead: 1) == ":", let named = posixClass() {
      set.formUnion(named)
      return
    }
    let start = index
    let low: Unicode.Scalar
    switch try classAtom(classStart: classStart) {
    case .set(let escaped):
      set.formUnion(escaped)
      return
    case .scalar(let scalar): low = scalar
    }
    var high = low
    if current == "-", let after = scalar(ahead: 1), after != "]" {
      index += 1
      guard case .scalar(let scalar) = try classAtom(classStart: classStart), scalar >= low else {
        throw failure(.invalidRange, at: start)
      }
      high = scalar
    }
    if low.value < 0x80 {
      for value in low.value...min(high.value, 0x7F) { set.insert(UInt8(value)) }
    }
    if high.value >= 0x80 {
      wide.append(max(low.value, 0x80)...high.value)
    }
  }

  private mutating func classAtom(classStart: Int) throws(PatternError) -> EscapedItem {
    guard let next = current else { throw failure(.unclosedClass, at: classStart) }
    if next == "\\" { return try parseEscapedItem() }
    index += 1
    return .scalar(next)
  }

  /// `[:name:]` or `[:^name:]` at the current position; nil, and nothing consumed, when it is none.
  private mutating func posixClass() -> ByteSet? {
    let start = index
    index += 2
    let negated = consume("^")
    var name = ""
    while let next = current, next != ":", name.utf8.count < 8 {
      name.unicodeScalars.append(next)
      index += 1
    }
    guard consume(":]"), let set = Self.posixSets[name] else {
      index = start
      return nil
    }
    return negated ? set.complement : set
  }

  private static let posixSets: [String: ByteSet] = {
    let graph = ByteSet(0x21...0x7E)
    let punctuation = ByteSet(graph.members.filter { !ByteSet.alnum.contains($0) })
    let hexDigits = ByteSet.union(.digit, ByteSet.union(ByteSet(0x41...0x46), ByteSet(0x61...0x66)))
    return [
      "alnum": .alnum, "alpha": .alpha, "ascii": ByteSet(0x00...0x7F), "blank": ByteSet([0x09, 0x20]),
      "cntrl": ByteSet.union(ByteSet(0x00...0x1F), ByteSet([0x7F])), "digit": .digit, "graph": graph, "lower": .lower,
      "print": ByteSet(0x20...0x7E), "punct": punctuation, "space": ByteSet.union(.space, ByteSet([0x0B])),
      "upper": .upper, "word": .word, "xdigit": hexDigits,
    ]
  }()

  /// Ascending disjoint ranges, so that no byte sequence is generated twice.
  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}
