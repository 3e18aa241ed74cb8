/// Finds the literals of all sets in one pass: `run` counts the hits of each set, `distribute` sorts those that are wanted.
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
  /// Nonzero for the sets whose positions are needed.
  private var wanted: ScratchBuffer<UInt8>
  private var touched: [UInt16] = []
  private(set) var reportCount = 0

  /// Below this length the set-up of four lanes is not worth it.
  private static let shortestForLanes = 256
  /// A lane begins this much earlier, so that literals across the cut are seen.
  private static let warmUp = LiteralSet.maximumLiteralLength - 1

  init(setCount: Int) {
    counts = ScratchBuffer(capacity: setCount)
    offsets = ScratchBuffer(capacity: setCount)
    wanted = ScratchBuffer(capacity: setCount)
    wanted.base.initialize(repeating: 0, count: wanted.capacity)
    counts.base.initialize(repeating: 0, count: counts.capacity)
  }

  func deallocate() {
    log.deallocate()
    positions.deallocate()
    counts.deallocate()
    offsets.deallocate()
    wanted.deallocate()
  }

  mutating func shrink(toBytes limit: Int) {
    log.shrink(toBytes: limit)
    positions.shrink(toBytes: limit)
  }

  /// The sets that occur in the block, in no particular order.
  var presentSets: [UInt16] { touched }

  /// The ends of the literals of a wanted set, ascending.
  func hits(of set: Int) -> UnsafeBufferPointer<UInt32> {
    if counts.base[set] == 0 || wanted.base[set] == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: positions.base + Int(offsets.base[set]), count: Int(counts.base[set]))
  }

  mutating func run(_ text: BlockText, _ tables: Tables) {
    for set in touched {
      counts.base[Int(set)] = 0
      wanted.base[Int(set)] = 0
    }
    touched.removeAll(keepingCapacity: true)
    log.reserve(text.count + 4)
    if text.count < Self.shortestForLanes {
      runOneLane(text, tables)
    } else {
      runLanes(text, tables)
    }
    count(tables)
  }

  private mutating func runOneLane(_ text: BlockText, _ tables: Tables) {
    var lane = Lane(tables, text.base)
    var end = log.base
    for index in 0..<text.count {
      let entry = lane.step(index)
      lane.note(entry, index + 1, &end)
    }
    laneStarts = [0, 0, 0, 0]
    laneCounts = [end - log.base, 0, 0, 0]
  }

  private mutating func runLanes(_ text: BlockText, _ tables: Tables) {
    let length = text.count / 4
    var lane0 = Lane(tables, text.base)
    var lane1 = Lane(tables, text.base + length, warmUp: Self.warmUp)
    var lane2 = Lane(tables, text.base + 2 * length, warmUp: Self.warmUp)
    var lane3 = Lane(tables, text.base + 3 * length, warmUp: Self.warmUp)
    laneStarts = [0, length, 2 * length, 3 * length]
    var (log0, log1, log2, log3) = (log.base, log.base + length, log.base + 2 * length, log.base + 3 * length)
    var index = 0
    while index < length {
      let entry0 = lane0.step(index)
      let entry1 = lane1.step(index)
      let entry2 = lane2.step(index)
      let entry3 = lane3.step(index)
      index &+= 1
      if ((entry0 | entry1) | (entry2 | entry3)) & LiteralEntry.reportBit != 0 {
        lane0.note(entry0, index, &log0)
        lane1.note(entry1, index &+ length, &log1)
        lane2.note(entry2, index &+ 2 &* length, &log2)
        lane3.note(entry3, index &+ 3 &* length, &log3)
      }
    }
    // Up to three bytes are left behind the last lane.
    while index < text.count - 3 * length {
      let entry = lane3.step(index)
      index += 1
      lane3.note(entry, index + 3 * length, &log3)
    }
    laneCounts = [
      log0 - log.base, log1 - log.base - length, log2 - log.base - 2 * length, log3 - log.base - 3 * length,
    ]
  }

  private mutating func count(_ tables: Tables) {
    reportCount = 0
    for lane in 0..<4 {
      for entry in UnsafeBufferPointer(start: log.base + laneStarts[lane], count: laneCounts[lane]) {
        let list = Int(tables.reportOfState[Int(entry >> 32)])
        for report in Int(tables.reportIndex[list])..<Int(tables.reportIndex[list &+ 1]) {
          let set = Int(tables.reports[report])
          if counts.base[set] == 0 { touched.append(UInt16(truncatingIfNeeded: set)) }
          counts.base[set] &+= 1
          reportCount &+= 1
        }
      }
    }
  }

  /// Asks for the positions of a set that is present.
  mutating func want(_ set: Int) { wanted.base[set] = 1 }

  /// Sorts the hits of all wanted sets by set. Lanes are in text order, so the positions of a set ascend.
  mutating func distribute(_ tables: Tables) {
    var offset: UInt32 = 0
    for set in touched where wanted.base[Int(set)] != 0 {
      offset &+= counts.base[Int(set)]
      // The end; filling backwards moves it to the start.
      offsets.base[Int(set)] = offset
    }
    if offset == 0 { return }
    positions.reserve(Int(offset))
    for lane in (0..<4).reversed() {
      for entry in UnsafeBufferPointer(start: log.base + laneStarts[lane], count: laneCounts[lane]).reversed() {
        let list = Int(tables.reportOfState[Int(entry >> 32)])
        for report in Int(tables.reportIndex[list])..<Int(tables.reportIndex[list &+ 1]) {
          let set = Int(tables.reports[report])
          if wanted.base[set] == 0 { continue }
          offsets.base[set] &-= 1
          positions.base[Int(offsets.base[set])] = UInt32(truncatingIfNeeded: entry)
        }
      }
    }
  }
}

/// One lane of the literal scan.
private struct Lane {
  private let text: UnsafePointer<UInt8>
  private let symbolMap: UnsafePointer<UInt8>
  private let entries: UnsafePointer<UInt32>
  private let pairs: UnsafePointer<UInt32>
  private var state = 0
  private var previous = 0

  init(_ tables: Tables, _ text: UnsafePointer<UInt8>, warmUp: Int = 0) {
    self.text = text
    symbolMap = tables.symbolMap
    entries = tables.literalEntries
    pairs = tables.literalPairs
    for index in -warmUp..<0 { _ = step(index) }
  }

  /// Reads a byte; returns the transition taken.
  @inline(__always)
  mutating func step(_ index: Int) -> UInt32 {
    let symbol = Int(symbolMap[Int(text[index])])
    let stored = entries[state &+ symbol]
    let common = pairs[previous &+ symbol]
    let entry = min(stored ^ UInt32(truncatingIfNeeded: symbol) &<< LiteralEntry.symbolShift, common)
    state = Int(entry & LiteralEntry.stateMask)
    previous = symbol &<< LiteralEntry.symbolBits
    return entry
  }

  /// Logs the transition if it ends a literal.
  @inline(__always)
  func note(_ entry: UInt32, _ end: Int, _ log: inout UnsafeMutablePointer<UInt64>) {
    if entry & LiteralEntry.reportBit == 0 { return }
    log.pointee = UInt64(entry & LiteralEntry.stateMask) &<< 32 | UInt64(truncatingIfNeeded: end)
    log += 1
  }
}
