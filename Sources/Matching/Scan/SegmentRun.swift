extension Evaluation {
  /// Runs a segment's automaton once over the text, beginning attempts at every position of `starts`.
  ///
  /// One forward pass: where no attempt is alive it jumps to the next interval, and inside one to the next byte that may begin a match.
  mutating func runSegment(
    _ segment: SegmentRecord, from starts: IntervalList, stop: Int, goal: Goal
  ) -> IntervalList {
    let bottom = stack.top
    let wantsAny = goal == .any
    var run = SegmentRun(segment, tables, text)
    defer { steps += run.steps + run.tried / 2 + run.skipped / 8 }

    for index in starts.start..<starts.end {
      let interval = stack[index]
      let low = Int(interval.low)
      let high = min(Int(interval.high), stop)
      if low > stop { break }
      // Attempts of earlier intervals, up to this one.
      while run.isAlive, run.position < low {
        if run.step() {
          stack.push(run.position - 1, run.position - 1, since: bottom)
          if wantsAny { return stack.list(since: bottom) }
        }
      }
      run.position = low
      while run.position <= high {
        if !run.isAlive, !run.skip(to: high) { break }
        if run.stepStarting() {
          stack.push(run.position - 1, run.position - 1, since: bottom)
          if wantsAny { return stack.list(since: bottom) }
        }
      }
    }
    while run.isAlive, run.position <= stop {
      if run.step() {
        stack.push(run.position - 1, run.position - 1, since: bottom)
        if wantsAny { break }
      }
    }
    return stack.list(since: bottom)
  }

  /// So many bytes of an attempt are looked at to see whether it fails.
  private static let probeLength = 32

  /// The first position of a range where a match of a program may begin: its first automaton accepts there, or does not fail at
  /// once; `Int.max` if there is none.
  mutating func firstBeginning(_ program: Int, from low: Int, to high: Int) -> Int {
    let record = tables.programs[program]
    guard record.operationCount > 0 else { return low }
    let operation = tables.operations[Int(record.firstOperation)]
    guard operation.kind == OperationRecord.Kind.segment else { return low }
    var run = SegmentRun(tables.segments[Int(operation.a)], tables, text)
    defer { steps += run.steps + run.tried / 2 + run.skipped / 8 }
    run.position = low
    while run.skip(to: high) {
      let start = run.position
      if run.stepStarting() { return start }
      let end = min(start + Self.probeLength, text.count + 1)
      while run.isAlive {
        if run.position >= end || run.step() { return start }
      }
      run.position = start + 1
    }
    return .max
  }
}

/// An automaton on its way over a block. All pointers come from checked tables.
private struct SegmentRun {
  private let bytes: UnsafePointer<UInt8>
  private let classMap: UnsafePointer<UInt8>
  private let entries: UnsafePointer<UInt32>
  private let defaults: UnsafePointer<UInt32>
  private let kindOffsets: UnsafePointer<UInt16>
  private let columns: Int
  private var state = 0
  /// The next byte to read.
  var position = 0
  private(set) var steps = 0
  private(set) var skipped = 0
  private(set) var tried = 0

  init(_ segment: SegmentRecord, _ tables: Tables, _ text: BlockText) {
    bytes = text.base
    classMap = tables.classMaps + 256 * Int(segment.classMap)
    entries = tables.entries + Int(segment.firstEntry)
    defaults = tables.defaults + Int(segment.firstDefault)
    kindOffsets = tables.kindOffsets + Int(segment.firstKindOffset)
    columns = Int(segment.columns)
  }

  var isAlive: Bool {
    @inline(__always) get { state != 0 }
  }

  @inline(__always)
  private func column(_ position: Int) -> Int { Int(classMap[Int(bytes[position])] & ~SegmentEntry.mayStartBit) }

  /// Reads a byte without beginning an attempt. True: a match ends before it.
  @inline(__always)
  mutating func step() -> Bool {
    let column = column(position)
    return take(entries[state &+ column], column, 0)
  }

  /// Reads a byte and begins an attempt before it. True: a match ends before it.
  @inline(__always)
  mutating func stepStarting() -> Bool {
    let column = column(position)
    let kind = Int(kindOffsets[self.column(position &- 1)])
    return take(entries[state &+ columns &+ column], columns &+ column, defaults[kind &+ column])
  }

  @inline(__always)
  private mutating func take(_ stored: UInt32, _ column: Int, _ otherwise: UInt32) -> Bool {
    let isOwn = stored &>> SegmentEntry.columnShift == UInt32(truncatingIfNeeded: column)
    let entry = isOwn ? stored : otherwise
    state = Int(entry & SegmentEntry.stateMask)
    position &+= 1
    steps &+= 1
    return entry & SegmentEntry.acceptBit != 0
  }

  /// While no attempt is alive: moves to the next byte with which a match may begin behind the byte before it. False: there is none up to `last`.
  @inline(__always)
  mutating func skip(to last: Int) -> Bool {
    let start = position
    while position <= last {
      // Most bytes begin nothing: four a step.
      while position &+ 3 <= last {
        let (first, second) = (classMap[Int(bytes[position])], classMap[Int(bytes[position &+ 1])])
        let (third, fourth) = (classMap[Int(bytes[position &+ 2])], classMap[Int(bytes[position &+ 3])])
        if (first | second) | (third | fourth) >= SegmentEntry.mayStartBit { break }
        position &+= 4
      }
      if position > last { break }
      let mapped = classMap[Int(bytes[position])]
      if mapped >= SegmentEntry.mayStartBit {
        // It may, but perhaps not behind the byte before it.
        tried &+= 1
        let kind = Int(kindOffsets[column(position &- 1)])
        if defaults[kind &+ Int(mapped & ~SegmentEntry.mayStartBit)] != 0 { break }
      }
      position &+= 1
    }
    skipped &+= position &- start
    return position <= last
  }
}
