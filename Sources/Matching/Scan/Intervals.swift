/// A run of positions, both ends included.
struct Interval: BitwiseCopyable {
  var low: Int32
  var high: Int32
}

/// A list in an `IntervalStack`: ascending, disjoint, not touching.
struct IntervalList {
  var start: Int
  var count: Int

  var isEmpty: Bool { count == 0 }
  var end: Int { start + count }
}

/// Lists of intervals, one above the other in one buffer.
struct IntervalStack {
  private var buffer = ScratchBuffer<Interval>(capacity: 1024)
  private(set) var top = 0
  /// How many intervals were written or compared.
  var handled = 0

  subscript(index: Int) -> Interval { buffer.base[index] }

  func last(of list: IntervalList) -> Int { Int(buffer.base[list.end - 1].high) }

  mutating func drop(to height: Int) { top = height }

  /// The list of everything pushed since `start`.
  func list(since start: Int) -> IntervalList { IntervalList(start: start, count: top - start) }

  /// Adds an interval to the list that began at `start`. `low` must not be below the low of the last one.
  @inline(__always)
  mutating func push(_ low: Int, _ high: Int, since start: Int) {
    handled += 1
    if top > start, Int(buffer.base[top - 1].high) + 1 >= low {
      if Int(buffer.base[top - 1].high) < high { buffer.base[top - 1].high = Int32(truncatingIfNeeded: high) }
      return
    }
    if top == buffer.capacity { buffer.reserve(top + 1, keeping: top) }
    buffer.base[top] = Interval(low: Int32(truncatingIfNeeded: low), high: Int32(truncatingIfNeeded: high))
    top += 1
  }

  /// Puts the common positions of two lists on top.
  mutating func intersect(_ first: IntervalList, _ second: IntervalList) -> IntervalList {
    let start = top
    if first.isEmpty { return list(since: start) }
    // The first list is often short and far inside the second.
    var left = first.start
    var right = self.first(in: second, endingAtOrAfter: Int(buffer.base[left].low))
    while left < first.end, right < second.end {
      let (a, b) = (buffer.base[left], buffer.base[right])
      let low = max(a.low, b.low)
      let high = min(a.high, b.high)
      if low <= high { push(Int(low), Int(high), since: start) } else { handled += 1 }
      if a.high < b.high { left += 1 } else { right += 1 }
    }
    return list(since: start)
  }

  /// Drops what lies behind a position from the list on top.
  mutating func cut(_ list: IntervalList, at last: Int) -> IntervalList {
    var count = list.count
    while count > 0, Int(buffer.base[list.start + count - 1].low) > last { count -= 1 }
    if count > 0, Int(buffer.base[list.start + count - 1].high) > last {
      buffer.base[list.start + count - 1].high = Int32(truncatingIfNeeded: last)
    }
    top = list.start + count
    return IntervalList(start: list.start, count: count)
  }

  /// Puts the positions of either list on top.
  mutating func unite(_ first: IntervalList, _ second: IntervalList) -> IntervalList {
    let start = top
    var (left, right) = (first.start, second.start)
    while left < first.end || right < second.end {
      let takeLeft = right == second.end || (left < first.end && buffer.base[left].low <= buffer.base[right].low)
      let next = takeLeft ? buffer.base[left] : buffer.base[right]
      if takeLeft { left += 1 } else { right += 1 }
      push(Int(next.low), Int(next.high), since: start)
    }
    return list(since: start)
  }

  /// Puts the part of a list within bounds on top.
  mutating func clip(_ list: IntervalList, _ low: Int, _ high: Int) -> IntervalList {
    let start = top
    for index in first(in: list, endingAtOrAfter: low)..<list.end {
      let interval = buffer.base[index]
      if Int(interval.low) > high { break }
      push(max(Int(interval.low), low), min(Int(interval.high), high), since: start)
    }
    return self.list(since: start)
  }

  /// Index of the first interval that does not lie wholly before a position; `list.end` if there is none.
  func first(in list: IntervalList, endingAtOrAfter position: Int) -> Int {
    var (low, high) = (list.start, list.end)
    while low < high {
      let middle = (low + high) / 2
      if Int(buffer.base[middle].high) < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Moves the list on top down to `start` and drops everything above it.
  mutating func settle(_ list: IntervalList, at start: Int) -> IntervalList {
    if list.start != start {
      (buffer.base + start).update(from: buffer.base + list.start, count: list.count)
    }
    top = start + list.count
    return IntervalList(start: start, count: list.count)
  }

  mutating func shrink(toBytes limit: Int) {
    top = 0
    buffer.shrink(toBytes: limit)
  }

  func deallocate() { buffer.deallocate() }
}
