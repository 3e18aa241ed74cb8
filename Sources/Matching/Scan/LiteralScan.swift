/// Finds the literals of all sets in one pass.
struct LiteralScan {
  /// `state << 32 | end of the literal`, in text order.
  private var log = ScratchBuffer<UInt64>(capacity: 256)
  private var logCount = 0

  /// Below this length the set-up of four lanes is not worth it.
  private static let shortestForLanes = 64
  /// A lane begins this much earlier, so that literals across the cut are seen.
  private static let warmUp = LiteralSet.maximumLiteralLength + LiteralSet.maximumSpare - 1

  func deallocate() { log.deallocate() }

  mutating func shrink(toBytes limit: Int) { log.shrink(toBytes: limit) }

  /// What `run` found, ascending by end.
  var entries: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: log.base, count: logCount) }

  /// In which state the automaton was behind the literal of an entry.
  @inline(__always)
  static func state(of entry: UInt64) -> Int { Int(truncatingIfNeeded: entry &>> 32) }

  mutating func run(_ text: BlockText, _ tables: Tables) {
    log.reserve(text.count + 4)
    if text.count < Self.shortestForLanes {
      runOneLane(text, tables)
    } else {
      runLanes(text, tables)
    }
  }

  private mutating func runOneLane(_ text: BlockText, _ tables: Tables) {
    var lane = Lane(tables, text.base)
    var end = log.base
    for index in 0..<text.count {
      let entry = lane.step(index)
      lane.note(entry, index + 1, &end)
    }
    logCount = end - log.base
  }

  /// Four parts of the text at once: one lane alone waits for memory most of the time.
  private mutating func runLanes(_ text: BlockText, _ tables: Tables) {
    let length = text.count / 4
    var lane0 = Lane(tables, text.base)
    var lane1 = Lane(tables, text.base + length, warmUp: Self.warmUp)
    var lane2 = Lane(tables, text.base + 2 * length, warmUp: Self.warmUp)
    var lane3 = Lane(tables, text.base + 3 * length, warmUp: Self.warmUp)
    var (log0, log1, log2, log3) = (log.base, log.base + length, log.base + 2 * length, log.base + 3 * length)
    var index = 0
    while index < length {
      let entry0 = lane0.step(index)
      let entry1 = lane1.step(index)
      let entry2 = lane2.step(index)
      let entry3 = lane3.step(index)
      index &+= 1
      lane0.note(entry0, index, &log0)
      lane1.note(entry1, index &+ length, &log1)
      lane2.note(entry2, index &+ 2 &* length, &log2)
      lane3.note(entry3, index &+ 3 &* length, &log3)
    }
    // Up to three bytes are left behind the last lane.
    while index < text.count - 3 * length {
      let entry = lane3.step(index)
      index += 1
      lane3.note(entry, index + 3 * length, &log3)
    }
    append(log.base + length, log1, to: &log0)
    append(log.base + 2 * length, log2, to: &log0)
    append(log.base + 3 * length, log3, to: &log0)
    logCount = log0 - log.base
  }

  /// Moves the log of a lane down to the end of the ones before.
  private func append(
    _ start: UnsafeMutablePointer<UInt64>, _ end: UnsafeMutablePointer<UInt64>,
    to last: inout UnsafeMutablePointer<UInt64>
  ) {
    last.update(from: start, count: end - start)
    last += end - start
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

  /// Logs the transition if it ends a literal. Without a branch, which could not be foreseen: in other cases the next one is written
  /// over it.
  @inline(__always)
  func note(_ entry: UInt32, _ end: Int, _ log: inout UnsafeMutablePointer<UInt64>) {
    log.pointee = UInt64(entry & LiteralEntry.stateMask) &<< 32 | UInt64(truncatingIfNeeded: end)
    log += entry & LiteralEntry.reportBit != 0 ? 1 : 0
  }
}
