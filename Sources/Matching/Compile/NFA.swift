/// A nondeterministic automaton over bytes for a gap-free part of a pattern (Thompson's construction).
struct NFA {
  enum Instruction {
    case bytes(ByteSet, next: Int)
    case split(Int, Int)
    case assertion(Assertion, next: Int)
    case match
  }

  private(set) var instructions: [Instruction] = [.match]
  private(set) var start = 0

  /// Index of the only match instruction.
  static let match = 0

  init(_ node: Node) throws(PatternRefusal) {
    start = try emit(node, next: Self.match)
  }

  private mutating func append(_ instruction: Instruction) throws(PatternRefusal) -> Int {
    guard instructions.count < CompileLimit.instructions else {
      throw .tooLarge(limit: CompileLimit.instructions)
    }
    instructions.append(instruction)
    return instructions.count - 1
  }

  /// Emits a node that continues at `next`; returns its entry.
  private mutating func emit(_ node: Node, next: Int) throws(PatternRefusal) -> Int {
    switch node {
    case .empty: return next
    case .bytes(let set): return try append(.bytes(set, next: next))
    case .assertion(let assertion): return try append(.assertion(assertion, next: next))
    case .concatenation(let parts):
      var entry = next
      for part in parts.reversed() { entry = try emit(part, next: entry) }
      return entry
    case .alternation(let branches):
      var entry: Int?
      for branch in branches.reversed() {
        let first = try emit(branch, next: next)
        if let others = entry { entry = try append(.split(first, others)) } else { entry = first }
      }
      return entry ?? next
    case .repetition(let inner, let minimum, let maximum):
      return try emit(inner, minimum, maximum, next: next)
    }
  }

  private mutating func emit(
    _ inner: Node, _ minimum: Int, _ maximum: Int?, next: Int
  ) throws(PatternRefusal) -> Int {
    var entry = next
    if let maximum {
      for _ in minimum..<maximum {
        let copy = try emit(inner, next: entry)
        entry = try append(.split(copy, next))
      }
    } else {
      let loop = try append(.split(next, next))
      let copy = try emit(inner, next: loop)
      instructions[loop] = .split(copy, next)
      entry = loop
    }
    for _ in 0..<minimum { entry = try emit(inner, next: entry) }
    return entry
  }
}
