/// Determinises the automaton of a segment.
struct SubsetConstruction {
  /// The instructions to be resumed, with assertions still open, and what stands before the position if that matters.
  private struct Key: Hashable {
    var kernel: [UInt16]
    var previous: UInt8
  }

  let nfa: NFA
  private(set) var columns = 0
  private(set) var classMap = [UInt8](repeating: 0, count: 256)
  /// `[state][injected][column]` as state numbers.
  private(set) var next: [[Int]] = []
  /// The same shape: a match ends before the byte.
  private(set) var accepts: [[Bool]] = []
  /// The state of no live attempt per neighbour.
  private(set) var deadStates: [Int] = []

  private var representatives: [UInt8] = []
  /// What a byte of a column is to the position after it.
  private(set) var neighbours: [Neighbour] = []
  /// By `Neighbour`: equal numbers for those that no assertion tells apart.
  private var relevance: [UInt8] = []
  private var startSeesAssertion = false
  private var keys: [Key] = []
  private var numbers: [Key: Int] = [:]
  private var visited: [Int]
  private var generation = 0

  init(_ nfa: NFA) {
    self.nfa = nfa
    visited = [Int](repeating: 0, count: nfa.instructions.count)
    divideNeighbours()
    divideBytes()
    startSeesAssertion = settle([UInt16(nfa.start)]).contains { isAssertion($0) }
  }

  mutating func run() throws(PatternRefusal) {
    deadStates = Neighbour.allCases.map { number(of: [], after: $0) }
    var state = 0
    while state < keys.count {
      guard keys.count <= CompileLimit.states, columns <= 127 else {
        throw .tooManyStates(limit: CompileLimit.states)
      }
      expand(state)
      state += 1
    }
  }

  // MARK: Bytes

  /// Neighbours that no assertion of the segment tells apart count as one.
  private mutating func divideNeighbours() {
    var assertions: Set<Assertion> = []
    for case .assertion(let assertion, _) in nfa.instructions { assertions.insert(assertion) }
    var signatures: [[Bool]: UInt8] = [:]
    for neighbour in Neighbour.allCases {
      var signature: [Bool] = []
      for assertion in assertions.sorted(by: { $0.rawValue < $1.rawValue }) {
        for other in Neighbour.allCases {
          signature.append(Neighbour.holds(assertion, between: neighbour, and: other))
          signature.append(Neighbour.holds(assertion, between: other, and: neighbour))
        }
      }
      let fresh = UInt8(signatures.count)
      relevance.append(signatures[signature, default: fresh])
      if signatures[signature] == nil { signatures[signature] = fresh }
    }
  }

  /// Bytes that no set and no assertion of the segment tells apart share a column.
  private mutating func divideBytes() {
    var sets: [ByteSet] = []
    for case .bytes(let set, _) in nfa.instructions where !sets.contains(set) { sets.append(set) }
    var classes = (0...255).map { Int(relevance[Neighbour(UInt8($0)).rawValue]) }
    for set in sets {
      var renumbered: [Int: Int] = [:]
      for byte in 0...255 {
        let mark = classes[byte] * 2 + (set.contains(UInt8(byte)) ? 1 : 0)
        let fresh = renumbered.count
        classes[byte] = renumbered[mark, default: fresh]
        if renumbered[mark] == nil { renumbered[mark] = fresh }
      }
    }
    var columnOf: [Int: Int] = [:]
    for byte in UInt8.min...UInt8.max {
      if let column = columnOf[classes[Int(byte)]] {
        classMap[Int(byte)] = UInt8(truncatingIfNeeded: column)
      } else {
        let column = columnOf.count
        columnOf[classes[Int(byte)]] = column
        classMap[Int(byte)] = UInt8(truncatingIfNeeded: column)
        representatives.append(byte)
        neighbours.append(Neighbour(byte))
      }
    }
    columns = representatives.count
  }

  // MARK: States

  private func isAssertion(_ instruction: UInt16) -> Bool {
    if case .assertion = nfa.instructions[Int(instruction)] { return true }
    return false
  }

  private mutating func number(of kernel: [UInt16], after neighbour: Neighbour) -> Int {
    let matters = startSeesAssertion || kernel.contains { isAssertion($0) }
    let key = Key(kernel: kernel, previous: matters ? relevance[neighbour.rawValue] : 0)
    if let known = numbers[key] { return known }
    numbers[key] = keys.count
    keys.append(key)
    return keys.count - 1
  }

  private mutating func expand(_ state: Int) {
    var targets = [Int](repeating: 0, count: 2 * columns)
    var ends = [Bool](repeating: false, count: 2 * columns)
    let key = keys[state]
    let previous = Neighbour.allCases.first { relevance[$0.rawValue] == key.previous } ?? .other
    for injected in 0...1 {
      var roots = key.kernel
      if injected == 1 { roots.append(UInt16(nfa.start)) }
      // The closure depends on the next byte only through its neighbour kind.
      var closures: [[UInt16]?] = Array(repeating: nil, count: Neighbour.allCases.count)
      for column in 0..<columns {
        let following = neighbours[column]
        let reached = closures[following.rawValue] ?? closure(roots, between: previous, and: following)
        closures[following.rawValue] = reached
        var kernel: [UInt16] = []
        for instruction in reached {
          switch nfa.instructions[Int(instruction)] {
          case .match: ends[injected * columns + column] = true
          case .bytes(let set, let next) where set.contains(representatives[column]): kernel.append(UInt16(next))
          default: continue
          }
        }
        targets[injected * columns + column] = number(of: settle(kernel), after: following)
      }
    }
    next.append(targets)
    accepts.append(ends)
  }

  /// Follows splits only; sorted, so that equal states have equal keys.
  private mutating func settle(_ roots: [UInt16]) -> [UInt16] {
    walk(roots) { _ in false }.sorted()
  }

  /// Follows splits and the assertions that hold here.
  private mutating func closure(
    _ roots: [UInt16], between previous: Neighbour, and next: Neighbour
  ) -> [UInt16] {
    walk(roots) { Neighbour.holds($0, between: previous, and: next) }
  }

  private mutating func walk(_ roots: [UInt16], passing: (Assertion) -> Bool) -> [UInt16] {
    generation += 1
    var pending = roots.map(Int.init)
    var reached: [UInt16] = []
    while let instruction = pending.popLast() {
      if visited[instruction] == generation { continue }
      visited[instruction] = generation
      switch nfa.instructions[instruction] {
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assertion(let assertion, let next) where passing(assertion): pending.append(next)
      default: reached.append(UInt16(instruction))
      }
    }
    return reached
  }
}
