/// Runs programs over one block: from sets of start positions to sets of end positions.
struct Evaluation {
  let tables: Tables
  var text: BlockText
  var stack = IntervalStack()
  /// For every operation of the program that is being searched the only positions worth beginning at.
  var allowed = ScratchBuffer<IntervalList>(capacity: 16)
  /// For some operations of that program, a first idea of the same.
  var reach = ScratchBuffer<IntervalList>(capacity: 16)
  /// Automaton and gap steps so far.
  var steps = 0
  /// What the scan may cost; beyond, every result is empty.
  var budget = 0

  /// What a caller wants to know of a program.
  enum Goal {
    /// Whether there is an end position at all; any one of them is enough.
    case any
    case all
  }

  var cost: Int { steps + 2 * stack.handled }
  var isExhausted: Bool { cost > budget }

  /// The ends of a program's matches that begin at `starts`, as a list on top of the stack.
  ///
  /// - Parameter pruned: whether `allowed` belongs to this program.
  mutating func run(
    _ program: Int, from starts: IntervalList, pruned: Bool = false, goal: Goal
  ) -> IntervalList {
    let record = tables.programs[program]
    let bottom = stack.top
    var current = starts
    let count = Int(record.operationCount)
    for index in 0..<count {
      if current.isEmpty { break }
      if isExhausted {
        stack.drop(to: bottom)
        return stack.list(since: bottom)
      }
      let operation = tables.operations[Int(record.firstOperation) + index]
      let isLast = index + 1 == count
      var stop = text.count
      if !isLast, pruned { stop = stack.last(of: allowed.base[index + 1]) }
      var ends = run(operation, from: current, stop: stop, goal: isLast ? goal : .all)
      if !isLast, pruned { ends = stack.intersect(ends, allowed.base[index + 1]) }
      current = stack.settle(ends, at: bottom)
    }
    if count == 0 { return stack.clip(starts, 0, text.count) }
    return current.isEmpty ? IntervalList(start: bottom, count: 0) : current
  }

  /// One operation; ends behind `stop` are of no interest.
  private mutating func run(
    _ operation: OperationRecord, from starts: IntervalList, stop: Int, goal: Goal
  ) -> IntervalList {
    switch operation.kind {
    case OperationRecord.Kind.segment:
      return runSegment(tables.segments[Int(operation.a)], from: starts, stop: stop, goal: goal)
    case OperationRecord.Kind.gap:
      let maximum = operation.c == unbounded ? Int.max : Int(operation.c)
      return runGap(tables.byteSets[Int(operation.a)], Int(operation.b), maximum, from: starts, stop: stop)
    default:
      return runChoice(operation, from: starts, goal: goal)
    }
  }

  private mutating func runChoice(
    _ operation: OperationRecord, from starts: IntervalList, goal: Goal
  ) -> IntervalList {
    let bottom = stack.top
    var union = IntervalList(start: bottom, count: 0)
    for branch in 0..<Int(operation.b) {
      let ends = run(Int(tables.branches[Int(operation.a) + branch]), from: starts, goal: goal)
      if ends.isEmpty { continue }
      union = stack.settle(union.isEmpty ? ends : stack.unite(union, ends), at: bottom)
      if goal == .any { break }
    }
    stack.drop(to: union.end)
    return union
  }
}
