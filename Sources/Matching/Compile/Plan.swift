/// One step of a plan: maps a set of start positions to the set of end positions.
enum PlanStep {
  /// A part without counted gaps, as a complete automaton.
  case segment(SegmentDFA, Node)
  /// `set{minimum,maximum}`.
  case gap(ByteSet, minimum: Int, maximum: Int?)
  /// The union of several plans. An empty plan is the empty match.
  case choice([[PlanStep]], Node)

  var length: LengthRange {
    switch self {
    case .segment(_, let node), .choice(_, let node): node.length
    case .gap(_, let minimum, let maximum): LengthRange(minimum: minimum, maximum: maximum)
    }
  }

  /// The syntax this step stands for, for the analysis of literals.
  var node: Node {
    switch self {
    case .segment(_, let node), .choice(_, let node): node
    case .gap(let set, let minimum, let maximum): .repetition(.bytes(set), minimum: minimum, maximum: maximum)
    }
  }
}

/// Divides a pattern into steps at its gaps, because a counted gap inside one automaton needs exponentially many states.
///
/// Positions are all that has to be remembered between two steps, so a concatenation may be divided anywhere.
struct Planner {
  /// Built automata, shared between the patterns of a set.
  private var cache: [Node: SegmentDFA] = [:]
  /// Nodes known to need division.
  private var refusals: Set<Node> = []

  mutating func plan(_ node: Node) throws(PatternRefusal) -> [PlanStep] {
    var steps: [PlanStep] = []
    var run: [Node] = []
    for part in node.parts {
      if let gap = part.gap {
        try flush(&run, into: &steps)
        steps.append(.gap(gap.set, minimum: gap.minimum, maximum: gap.maximum))
      } else if Self.holdsGap(part) {
        try flush(&run, into: &steps)
        try unfold(part, into: &steps)
      } else {
        run.append(part)
      }
    }
    try flush(&run, into: &steps)
    return steps
  }

  private static func holdsGap(_ node: Node) -> Bool {
    switch node {
    case .empty, .bytes, .assertion: return false
    case .concatenation(let parts), .alternation(let parts): return parts.contains(where: holdsGap)
    case .repetition(let inner, _, _): return node.gap != nil || holdsGap(inner)
    }
  }

  private mutating func flush(_ run: inout [Node], into steps: inout [PlanStep]) throws(PatternRefusal) {
    if run.isEmpty { return }
    try divide(Node.sequence(run), into: &steps)
    run = []
  }

  /// Writes out a group or an alternation that holds a gap.
  private mutating func unfold(_ node: Node, into steps: inout [PlanStep]) throws(PatternRefusal) {
    switch node {
    case .alternation(let branches):
      let plain = branches.filter { !Self.holdsGap($0) }
      var plans: [[PlanStep]] = []
      if !plain.isEmpty { plans.append(try plan(Node.choice(plain))) }
      for branch in branches where Self.holdsGap(branch) { plans.append(try plan(branch)) }
      steps.append(.choice(plans, node))
    case .repetition(let inner, let minimum, let maximum):
      guard let maximum, maximum <= CompileLimit.unrolledCopies else {
        // Not divisible. A small automaton may still do, e.g. for `([a-z]{1,8}\.)+`.
        steps.append(.segment(try automaton(node), node))
        return
      }
      let copy = try plan(inner)
      for _ in 0..<minimum { steps.append(contentsOf: copy) }
      for _ in minimum..<maximum { steps.append(.choice([copy, []], .repetition(inner, minimum: 0, maximum: 1))) }
    case .concatenation, .empty, .bytes, .assertion:
      steps.append(contentsOf: try plan(node))
    }
  }

  /// Builds the automaton of a gap-free node, or cuts the node until every piece has one.
  private mutating func divide(_ node: Node, into steps: inout [PlanStep]) throws(PatternRefusal) {
    let refusal: PatternRefusal
    do {
      steps.append(.segment(try automaton(node), node))
      return
    } catch {
      refusal = error
    }
    switch node {
    case .concatenation(let parts):
      let cut = Self.cut(parts)
      try divideOrGap(Node.sequence(Array(parts[..<cut])), into: &steps)
      try divideOrGap(Node.sequence(Array(parts[cut...])), into: &steps)
    case .alternation(let branches):
      let half = branches.count / 2
      var plans: [[PlanStep]] = [[], []]
      try divide(Node.choice(Array(branches[..<half])), into: &plans[0])
      try divide(Node.choice(Array(branches[half...])), into: &plans[1])
      steps.append(.choice(plans, node))
    case .repetition(let inner, let minimum, let maximum):
      try divideRepetition(inner, minimum, maximum, into: &steps, refusal)
    case .empty, .bytes, .assertion: throw refusal
    }
  }

  private mutating func divideRepetition(
    _ inner: Node, _ minimum: Int, _ maximum: Int?, into steps: inout [PlanStep], _ refusal: PatternRefusal
  ) throws(PatternRefusal) {
    guard let maximum else {
      guard minimum > 0 else { throw refusal }
      try divide(Node.repeated(inner, minimum, minimum), into: &steps)
      try divide(Node.repeated(inner, 0, nil), into: &steps)
      return
    }
    if maximum > 1 {
      // What must be there comes first: so the first automaton says where a match may begin.
      let high = maximum / 2
      let low = min(minimum, high)
      try divide(Node.repeated(inner, low, high), into: &steps)
      try divide(Node.repeated(inner, minimum - low, maximum - high), into: &steps)
    } else {
      var plan: [PlanStep] = []
      try divide(inner, into: &plan)
      steps.append(.choice([plan, []], Node.repeated(inner, 0, 1)))
    }
  }

  /// A run of bytes without bound that stands alone costs nothing as a gap.
  private mutating func divideOrGap(_ node: Node, into steps: inout [PlanStep]) throws(PatternRefusal) {
    if case .repetition(.bytes(let set), let minimum, nil) = node {
      steps.append(.gap(set, minimum: minimum, maximum: nil))
    } else {
      try divide(node, into: &steps)
    }
  }

  /// Where to cut a concatenation: behind or before an unbounded run near the middle, else in the middle.
  private static func cut(_ parts: [Node]) -> Int {
    let middle = parts.count / 2
    let runs = parts.indices.filter { index in
      if case .repetition(.bytes, _, nil) = parts[index] { return true }
      return false
    }
    guard let nearest = runs.min(by: { abs($0 - middle) < abs($1 - middle) }) else { return middle }
    return nearest > 0 ? nearest : 1
  }

  private mutating func automaton(_ node: Node) throws(PatternRefusal) -> SegmentDFA {
    if let known = cache[node] { return known }
    if refusals.contains(node) { throw .tooManyStates(limit: CompileLimit.states) }
    do {
      let built = try SegmentDFA(node)
      cache[node] = built
      return built
    } catch {
      refusals.insert(node)
      throw error
    }
  }
}
