/// Finds the literals of all sets in one pass and sorts the hits by set.
struct LiteralScan {
  /// `state << 32 | end of the literal`, in lanes.
  private var log = ScratchBuffer<UInt64>(capacity: 1024)
  private var laneStarts = [0, 0, 0, 0]
  private var laneCounts = [0, 0, 0, 0]
  /// End positions by set, ascending.
  private var positions = ScratchBuffer<UInt32>(capacity: 1024)
  /// Hits per set, and where they begin in `positions`.
  private var counts: ScratchBuffer<UInt32>
  private var offsets: ScratchBuffer<UInt32>
  private var touched: [UInt16] = []
  private(set) var reportCount = 0

  /// Below this length the set-up of four lanes is not worth it.
  private static let shortestForLanes = 256
  /// A lane begins this much earlier, so that literals across the cut are seen.
  private static let warmUp = LiteralSet.maximumLiteralLength - 1

  init(setCount: Int) {
    counts = ScratchBuffer(capacity: setCount)
    offsets = ScratchBuffer(capacity: setCount)
    counts.base.initialize(repeating: 0, count: counts.capacity)
  }

  func deallocate() {
    log.deallocate()
    positions.deallocate()
    counts.deallocate()
    offsets.deallocate()
  }

  mutating func shrink(toBytes limit: Int) {
    log.shrink(toBytes: limit)
    positions.shrink(toBytes: limit)
  }

  /// The sets that occur in the block, in no particular order.
  var presentSets: [UInt16] { touched }

  /// The ends of the literals of a set, ascending.
  func hits(of set: Int) -> UnsafeBufferPointer<UInt32> {
    if counts.base[set] == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: positions.base + Int(offsets.base[set]), count: Int(counts.base[set]))
  }

  mutating func run(_ text: BlockText, _ tables: Tables) {
    for set in touched { counts.base[Int(set)] = 0 }
    touched.removeAll(keepingCapacity: true)
    log.reserve(text.count + 4)
    if text.count < Self.shortestForLanes {
      laneStarts = [0, 0, 0, 0]
      laneCounts = [0, 0, 0, 0]
      let lane = Lane(tables)
      var state = 0
      laneCounts[0] = lane.run(text.base, 0..<text.count, &state, log.base)
    } else {
      runLanes(text, tables)
    }
    group(tables)
  }

  private mutating func runLanes(_ text: BlockText, _ tables: Tables) {
    let lane = Lane(tables)
    let length = text.count / 4
    var states = (0, 0, 0, 0)
    _ = lane.run(text.base, length - Self.warmUp..<length, &states.1, nil)
    _ = lane.run(text.base, 2 * length - Self.warmUp..<2 * length, &states.2, nil)
    _ = lane.run(text.base, 3 * length - Self.warmUp..<3 * length, &states.3, nil)

    let (next, map) = (tables.literalNext, tables.symbolMap)
    let shift = Int(truncatingIfNeeded: tables.header.literalShift)
    let reporting = Int(tables.header.firstReportingState)
    let (text0, text1, text2, text3) =
      (text.base, text.base + length, text.base + 2 * length, text.base + 3 * length)
    let logs = (log.base, log.base + length, log.base + 2 * length, log.base + 3 * length)
    var (log0, log1, log2, log3) = logs
    var (state0, state1, state2, state3) = states
    var index = 0
    while index < length {
      state0 = Int(next[state0 &<< shift | Int(map[Int(text0[index])])])
      state1 = Int(next[state1 &<< shift | Int(map[Int(text1[index])])])
      state2 = Int(next[state2 &<< shift | Int(map[Int(text2[index])])])
      state3 = Int(next[state3 &<< shift | Int(map[Int(text3[index])])])
      index &+= 1
      if max(max(state0, state1), max(state2, state3)) >= reporting {
        if state0 >= reporting { Lane.note(state0, index, &log0) }
        if state1 >= reporting { Lane.note(state1, index &+ length, &log1) }
        if state2 >= reporting { Lane.note(state2, index &+ 2 &* length, &log2) }
        if state3 >= reporting { Lane.note(state3, index &+ 3 &* length, &log3) }
      }
    }
    laneStarts = [0, length, 2 * length, 3 * length]
    laneCounts = [log0 - logs.0, log1 - logs.1, log2 - logs.2, log3 - logs.3]
    // Up to three bytes are left behind the last lane.
    laneCounts[3] += lane.run(text.base, 4 * length..<text.count, &state3, log3)
  }

  /// Sorts the log by set: count, then distribute. Lanes are in text order, so the positions of a set ascend.
  private mutating func group(_ tables: Tables) {
    let reporting = Int(tables.header.firstReportingState)
    reportCount = 0
    for lane in 0..<4 {
      for entry in UnsafeBufferPointer(start: log.base + laneStarts[lane], count: laneCounts[lane]) {
        let state = Int(entry >> 32) &- reporting
        for report in Int(tables.reportIndex[state])..<Int(tables.reportIndex[state &+ 1]) {
          let set = Int(tables.reports[report])
          if counts.base[set] == 0 { touched.append(UInt16(truncatingIfNeeded: set)) }
          counts.base[set] &+= 1
          reportCount &+= 1
        }
      }
    }
    positions.reserve(reportCount)
    var offset: UInt32 = 0
    for set in touched {
      offset &+= counts.base[Int(set)]
      // The end; filling backwards moves it to the start.
      offsets.base[Int(set)] = offset
    }
    for lane in (0..<4).reversed() {
      for entry in UnsafeBufferPointer(start: log.base + laneStarts[lane], count: laneCounts[lane]).reversed() {
        let state = Int(entry >> 32) &- reporting
        for report in Int(tables.reportIndex[state])..<Int(tables.reportIndex[state &+ 1]) {
          let set = Int(tables.reports[report])
          offsets.base[set] &-= 1
          positions.base[Int(offsets.base[set])] = UInt32(truncatingIfNeeded: entry)
        }
      }
    }
  }
}

/// One lane of the literal scan.
private struct Lane {
  private let next: UnsafePointer<UInt16>
  private let map: UnsafePointer<UInt8>
  private let shift: Int
  private let reporting: Int

  init(_ tables: Tables) {
    next = tables.literalNext
    map = tables.symbolMap
    shift = Int(tables.header.literalShift)
    reporting = Int(tables.header.firstReportingState)
  }

  /// Steps over a range; returns how many hits were logged.
  func run(
    _ text: UnsafePointer<UInt8>, _ range: Range<Int>, _ state: inout Int, _ log: UnsafeMutablePointer<UInt64>?
  ) -> Int {
    var current = state
    var count = 0
    for index in range {
      current = Int(next[current &<< shift | Int(map[Int(text[index])])])
      if current >= reporting, let log {
        log[count] = UInt64(current) &<< 32 | UInt64(index &+ 1)
        count &+= 1
      }
    }
    state = current
    return count
  }

  @inline(__always)
  static func note(_ state: Int, _ end: Int, _ log: inout UnsafeMutablePointer<UInt64>) {
    log.pointee = UInt64(truncatingIfNeeded: state) &<< 32 | UInt64(truncatingIfNeeded: end)
    log += 1
  }
}
