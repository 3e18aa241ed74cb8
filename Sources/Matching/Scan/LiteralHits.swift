/// The hits of a literal scan by set: counted for all sets, their positions for those that are wanted.
///
/// A state of the literal scan stands for a list of sets, and few lists occur in a block. So hits are counted per list, one step for each,
/// and only then per set.
struct LiteralHits {
  private let tables: Tables
  /// Hits per list of sets; the lists that occur.
  private var listCounts: ScratchBuffer<UInt32>
  private var presentLists: ScratchBuffer<UInt16>
  private var presentListCount = 0
  /// How many sets those lists name together.
  private var presentReports = 0
  /// Of a list that occurs, only the wanted sets: where they begin in `wantedReports`, and how many there are.
  private var wantedLists: ScratchBuffer<WantedList>
  private var wantedReports = ScratchBuffer<UInt16>(capacity: 64)
  /// Places in the log of the hits of wanted sets.
  private var wantedEntries = ScratchBuffer<UInt32>(capacity: 64)

  /// End positions by set, ascending.
  private var positions = ScratchBuffer<UInt32>(capacity: 64)
  /// Hits per set, and where they begin in `positions`.
  private var counts: ScratchBuffer<UInt32>
  private var offsets: ScratchBuffer<UInt32>
  /// Nonzero for the sets whose positions are needed.
  private var wanted: ScratchBuffer<UInt8>
  private var present: ScratchBuffer<UInt16>
  private var presentCount = 0
  /// Hits of all sets together.
  private(set) var total = 0

  private struct WantedList: BitwiseCopyable {
    var first: UInt32
    var count: UInt32
  }

  init(_ tables: Tables) {
    self.tables = tables
    listCounts = ScratchBuffer(capacity: tables.listCount)
    // One more here and there: the place behind the last is written to, too.
    presentLists = ScratchBuffer(capacity: tables.listCount + 1)
    wantedLists = ScratchBuffer(capacity: tables.listCount)
    counts = ScratchBuffer(capacity: tables.setCount)
    offsets = ScratchBuffer(capacity: tables.setCount)
    wanted = ScratchBuffer(capacity: tables.setCount)
    present = ScratchBuffer(capacity: tables.setCount + 1)
    listCounts.base.initialize(repeating: 0, count: listCounts.capacity)
    counts.base.initialize(repeating: 0, count: counts.capacity)
    wanted.base.initialize(repeating: 0, count: wanted.capacity)
  }

  func deallocate() {
    listCounts.deallocate()
    presentLists.deallocate()
    wantedLists.deallocate()
    wantedReports.deallocate()
    wantedEntries.deallocate()
    positions.deallocate()
    counts.deallocate()
    offsets.deallocate()
    wanted.deallocate()
    present.deallocate()
  }

  mutating func shrink(toBytes limit: Int) {
    positions.shrink(toBytes: limit)
    wantedEntries.shrink(toBytes: limit)
  }

  /// The sets that occur in the block, in no particular order.
  var presentSets: UnsafeBufferPointer<UInt16> { UnsafeBufferPointer(start: present.base, count: presentCount) }

  /// The ends of the literals of a wanted set, ascending.
  func ends(of set: Int) -> UnsafeBufferPointer<UInt32> {
    if counts.base[set] == 0 || wanted.base[set] == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: positions.base + Int(offsets.base[set]), count: Int(counts.base[set]))
  }

  /// How often the literals of a set occur in the block.
  func count(of set: Int) -> Int { Int(counts.base[set]) }

  /// Whether all of some sets occur in the block. Without a branch for each: few have more than three.
  @inline(__always)
  func arePresent(_ sets: UnsafeBufferPointer<UInt16>) -> Bool {
    var fewest = UInt32.max
    for set in sets { fewest = min(fewest, counts.base[Int(set)]) }
    return fewest > 0
  }

  /// Asks for the positions of a set.
  func want(_ set: Int) { wanted.base[set] |= Self.wantedBit }

  /// Asks for the positions of a set that leaves traces.
  func trace(_ set: Int) { wanted.base[set] |= Self.wantedBit | Self.tracedBit }

  func isTraced(_ set: Int) -> Bool { wanted.base[set] & Self.tracedBit != 0 }

  private static let wantedBit: UInt8 = 1
  private static let tracedBit: UInt8 = 2

  /// Forgets the last block and counts the hits of this one.
  mutating func count(_ scan: LiteralScan) {
    forget()
    let (listCounts, lists, reportOfState) = (listCounts.base, presentLists.base, tables.reportOfState)
    var seen = 0
    for entry in scan.entries {
      let list = Int(reportOfState[LiteralScan.state(of: entry)])
      let count = listCounts[list]
      lists[seen] = UInt16(truncatingIfNeeded: list)
      seen &+= count == 0 ? 1 : 0
      listCounts[list] = count &+ 1
    }
    presentListCount = seen
    countSets()
  }

  private mutating func forget() {
    for index in 0..<presentListCount { listCounts.base[Int(presentLists.base[index])] = 0 }
    for set in presentSets {
      counts.base[Int(set)] = 0
      wanted.base[Int(set)] = 0
    }
    presentCount = 0
  }

  private mutating func countSets() {
    let (index, reports, counts) = (tables.reportIndex, tables.reports, counts.base)
    total = 0
    presentReports = 0
    for position in 0..<presentListCount {
      let list = Int(presentLists.base[position])
      let hits = listCounts.base[list]
      let (first, end) = (Int(index[list]), Int(index[list &+ 1]))
      for report in first..<end {
        let set = Int(reports[report])
        let known = counts[set]
        present.base[presentCount] = UInt16(truncatingIfNeeded: set)
        presentCount &+= known == 0 ? 1 : 0
        counts[set] = known &+ hits
      }
      presentReports &+= end &- first
      total &+= Int(hits) &* (end &- first)
    }
  }

  /// Sorts the hits of all wanted sets by set.
  mutating func distribute(_ scan: LiteralScan) {
    var offset: UInt32 = 0
    for set in presentSets where wanted.base[Int(set)] != 0 {
      offset &+= counts.base[Int(set)]
      // The end; filling backwards moves it to the start.
      offsets.base[Int(set)] = offset
    }
    if offset == 0 { return }
    positions.reserve(Int(offset))
    selectReports()
    let (lists, reports, offsets, positions) = (wantedLists.base, wantedReports.base, offsets.base, positions.base)
    let reportOfState = tables.reportOfState
    // First those that matter, without a branch: which they are cannot be foreseen.
    wantedEntries.reserve(scan.entries.count + 1)
    let chosen = wantedEntries.base
    var count = 0
    for (index, entry) in scan.entries.enumerated() {
      chosen[count] = UInt32(truncatingIfNeeded: index)
      count &+= lists[Int(reportOfState[LiteralScan.state(of: entry)])].count == 0 ? 0 : 1
    }
    while count > 0 {
      count &-= 1
      let entry = scan.entries[Int(chosen[count])]
      let list = lists[Int(reportOfState[LiteralScan.state(of: entry)])]
      for report in Int(list.first)..<Int(list.first &+ list.count) {
        let set = Int(reports[report])
        offsets[set] &-= 1
        positions[Int(offsets[set])] = UInt32(truncatingIfNeeded: entry)
      }
    }
  }

  /// Works out which wanted sets the present lists name.
  private mutating func selectReports() {
    wantedReports.reserve(presentReports + 1)
    var end = 0
    for position in 0..<presentListCount {
      let list = Int(presentLists.base[position])
      let first = end
      for report in Int(tables.reportIndex[list])..<Int(tables.reportIndex[list &+ 1]) {
        let set = tables.reports[report]
        wantedReports.base[end] = set
        end &+= wanted.base[Int(set)] == 0 ? 0 : 1
      }
      wantedLists.base[list] = WantedList(
        first: UInt32(truncatingIfNeeded: first), count: UInt32(truncatingIfNeeded: end &- first))
    }
  }
}
