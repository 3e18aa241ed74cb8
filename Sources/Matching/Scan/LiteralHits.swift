/// The hits of a literal scan by set: counted for all sets, their positions for those that are wanted.
struct LiteralHits {
  /// End positions by set, ascending.
  private var positions = ScratchBuffer<UInt32>(capacity: 1024)
  /// Hits per set, and where they begin in `positions`.
  private var counts: ScratchBuffer<UInt32>
  private var offsets: ScratchBuffer<UInt32>
  /// Nonzero for the sets whose positions are needed.
  private var wanted: ScratchBuffer<UInt8>
  private var present: ScratchBuffer<UInt16>
  private var presentCount = 0
  /// Hits of all sets together.
  private(set) var total = 0

  init(setCount: Int) {
    counts = ScratchBuffer(capacity: setCount)
    offsets = ScratchBuffer(capacity: setCount)
    wanted = ScratchBuffer(capacity: setCount)
    present = ScratchBuffer(capacity: setCount)
    counts.base.initialize(repeating: 0, count: counts.capacity)
    wanted.base.initialize(repeating: 0, count: wanted.capacity)
  }

  func deallocate() {
    positions.deallocate()
    counts.deallocate()
    offsets.deallocate()
    wanted.deallocate()
    present.deallocate()
  }

  mutating func shrink(toBytes limit: Int) { positions.shrink(toBytes: limit) }

  /// The sets that occur in the block, in no particular order.
  var presentSets: UnsafeBufferPointer<UInt16> { UnsafeBufferPointer(start: present.base, count: presentCount) }

  /// The ends of the literals of a wanted set, ascending.
  func ends(of set: Int) -> UnsafeBufferPointer<UInt32> {
    if counts.base[set] == 0 || wanted.base[set] == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: positions.base + Int(offsets.base[set]), count: Int(counts.base[set]))
  }

  /// Asks for the positions of a set.
  func want(_ set: Int) { wanted.base[set] = 1 }

  /// Forgets the last block and counts the hits of this one.
  mutating func count(_ scan: LiteralScan, _ tables: Tables) {
    for set in presentSets {
      counts.base[Int(set)] = 0
      wanted.base[Int(set)] = 0
    }
    presentCount = 0
    total = 0
    for entry in scan.entries {
      let list = Int(tables.reportOfState[Int(entry >> 32)])
      for report in Int(tables.reportIndex[list])..<Int(tables.reportIndex[list &+ 1]) {
        let set = Int(tables.reports[report])
        if counts.base[set] == 0 {
          present.base[presentCount] = UInt16(truncatingIfNeeded: set)
          presentCount &+= 1
        }
        counts.base[set] &+= 1
        total &+= 1
      }
    }
  }

  /// Sorts the hits of all wanted sets by set.
  mutating func distribute(_ scan: LiteralScan, _ tables: Tables) {
    var offset: UInt32 = 0
    for set in presentSets where wanted.base[Int(set)] != 0 {
      offset &+= counts.base[Int(set)]
      // The end; filling backwards moves it to the start.
      offsets.base[Int(set)] = offset
    }
    if offset == 0 { return }
    positions.reserve(Int(offset))
    for entry in scan.entries.reversed() {
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
