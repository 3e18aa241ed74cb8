/// Finds which texts of a block hold a literal of a pattern that had all of several literals in the block.
struct Traces {
  /// Where the texts of the block end: at separators, the last one at the end of the block.
  private var ends: [Int] = []
  private var isTraced: [Bool] = []
  private var untraced = 0

  private static let keptEnds = 1 << 12

  /// Calls `body` with where a literal ends, for one in every text that holds any.
  ///
  /// - Parameter range: only literals whose last byte lies in it count.
  mutating func find(_ hits: LiteralHits, in text: BlockText, within range: Range<Int>, _ body: (Int) -> Void) {
    if range.isEmpty { return }
    divide(text)
    for set in hits.presentSets {
      if untraced == 0 { return }
      guard hits.isTraced(Int(set)) else { continue }
      let found = hits.ends(of: Int(set))
      var index = Self.first(in: found, from: 0, atOrBehind: range.lowerBound + 1)
      var place = 0
      while index < found.count, Int(found[index]) <= range.upperBound {
        place = firstEnd(from: place, atOrBehind: Int(found[index]))
        if !isTraced[place] {
          isTraced[place] = true
          untraced -= 1
          body(Int(found[index]))
        }
        // On to the next text.
        index = Self.first(in: found, from: index + 1, atOrBehind: ends[place] + 1)
      }
    }
  }

  private mutating func divide(_ text: BlockText) {
    ends.removeAll(keepingCapacity: ends.capacity <= Self.keptEnds)
    let bytes = UnsafeRawPointer(text.base)
    var index = 0
    while index < text.count {
      if index + 8 <= text.count {
        let inverted = ~bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if (inverted &- 0x0101_0101_0101_0101) & ~inverted & 0x8080_8080_8080_8080 == 0 {
          index += 8
          continue
        }
      }
      let stop = min(index + 8, text.count)
      while index < stop {
        if text.base[index] == Separator.byte { ends.append(index) }
        index += 1
      }
    }
    ends.append(text.count)
    untraced = ends.count
    isTraced.removeAll(keepingCapacity: isTraced.capacity <= Self.keptEnds)
    isTraced.append(contentsOf: repeatElement(false, count: ends.count))
  }

  private func firstEnd(from start: Int, atOrBehind position: Int) -> Int {
    var (low, high) = (start, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func first(in list: UnsafeBufferPointer<UInt32>, from start: Int, atOrBehind position: Int) -> Int {
    var (low, high) = (start, list.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(list[middle]) < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
