extension Evaluation {
  /// For every operation of a search program the only positions at which it may begin, worked out from literal hits alone,
  /// last operation first, as `allowed`; false when some operation has none, i.e. the pattern cannot match.
  ///
  /// - Parameter places: the only positions at which a match may end; nil for all.
  mutating func startWindows(_ program: Int, _ hits: LiteralHits, endingAt places: [Interval]? = nil) -> Bool {
    let record = tables.programs[program]
    let count = Int(record.operationCount)
    allowed.reserve(count)
    if count == 1, places == nil { return startWindows(tables.operations[Int(record.firstOperation)], hits) }
    let (anchor, isRare) = rarest(record, hits)
    if isRare { reachFromAnchor(anchor, record, hits) }
    let bottom = stack.top
    if let places {
      for place in places { stack.push(Int(place.low), Int(place.high), since: bottom) }
      if places.isEmpty { return false }
    } else {
      stack.push(0, text.count, since: bottom)
    }
    var following = stack.list(since: bottom)
    for index in (0..<count).reversed() {
      let operation = tables.operations[Int(record.firstOperation) + index]
      let place = stack.top
      var positions = shift(following, operation)
      if isRare, index >= anchor.operation {
        positions = stack.settle(stack.intersect(positions, reach.base[index]), at: place)
      }
      for window in 0..<Int(operation.windowCount) {
        if positions.isEmpty { return false }
        let required = tables.windows[Int(operation.firstWindow) + window]
        let near = literalWindows(required, hits.ends(of: Int(required.set)), within: positions)
        positions = stack.settle(stack.intersect(positions, near), at: place)
      }
      if positions.isEmpty { return false }
      allowed.base[index] = positions
      following = positions
    }
    return true
  }

  /// The same for a single operation, which may end anywhere: most programs are one.
  private mutating func startWindows(_ operation: OperationRecord, _ hits: LiteralHits) -> Bool {
    let bottom = stack.top
    let last = text.count - Int(operation.minimumLength)
    if last < 0 { return false }
    stack.push(0, last, since: bottom)
    var positions = stack.list(since: bottom)
    for window in 0..<Int(operation.windowCount) {
      let required = tables.windows[Int(operation.firstWindow) + window]
      let near = literalWindows(required, hits.ends(of: Int(required.set)), within: positions)
      // Positions behind the last one were no use to begin with.
      positions = stack.settle(window == 0 ? stack.cut(near, at: last) : stack.intersect(positions, near), at: bottom)
      if positions.isEmpty { return false }
    }
    allowed.base[0] = positions
    return true
  }

  /// The operation with the rarest literals, of which there is one in every match.
  private struct Anchor {
    var operation = 0
    var window = 0
    var hits = Int.max
  }

  /// Above this, a literal does not divide the text into little and much.
  private static let rare = 4

  /// The rarest literals of a program, and whether literals behind them are so frequent that it pays to look at those near the
  /// rare ones only.
  private func rarest(_ record: ProgramRecord, _ hits: LiteralHits) -> (Anchor, isRare: Bool) {
    var anchor = Anchor()
    var following = 0
    for index in 0..<Int(record.operationCount) {
      let operation = tables.operations[Int(record.firstOperation) + index]
      for window in Int(operation.firstWindow)..<Int(operation.firstWindow + operation.windowCount) {
        let required = tables.windows[window]
        let count = hits.count(of: Int(required.set))
        if required.maximum != unbounded, count < anchor.hits {
          anchor = Anchor(operation: index, window: window, hits: count)
          following = 0
        } else {
          following += count
        }
      }
    }
    return (anchor, anchor.hits < .max && following > Self.rare * anchor.hits)
  }

  /// Where operations from the anchor's on may begin, as `reach`, by the literals of the anchor alone.
  private mutating func reachFromAnchor(_ anchor: Anchor, _ record: ProgramRecord, _ hits: LiteralHits) {
    let count = Int(record.operationCount)
    reach.reserve(count)
    let start = stack.top
    stack.push(0, text.count, since: start)
    let required = tables.windows[anchor.window]
    let near = literalWindows(required, hits.ends(of: Int(required.set)), within: stack.list(since: start))
    reach.base[anchor.operation] = stack.settle(near, at: start)
    for index in anchor.operation..<count - 1 {
      reach.base[index + 1] = advance(reach.base[index], tables.operations[Int(record.firstOperation) + index])
    }
  }

  /// Where an operation may end that begins in a list.
  private mutating func advance(_ starts: IntervalList, _ operation: OperationRecord) -> IntervalList {
    let place = stack.top
    let minimum = Int(operation.minimumLength)
    let maximum = min(Int(operation.maximumLength), text.count)
    for index in starts.start..<starts.end {
      let interval = stack[index]
      let low = Int(interval.low) + minimum
      if low > text.count { break }
      stack.push(low, min(Int(interval.high) + maximum, text.count), since: place)
    }
    return stack.list(since: place)
  }

  /// Where an operation may begin so that it can end in a list.
  private mutating func shift(_ ends: IntervalList, _ operation: OperationRecord) -> IntervalList {
    let start = stack.top
    let minimum = Int(operation.minimumLength)
    let last = stack.last(of: ends) - minimum
    if last < 0 { return stack.list(since: start) }
    if operation.maximumLength >= UInt32(text.count) {
      stack.push(0, last, since: start)
      return stack.list(since: start)
    }
    let maximum = Int(operation.maximumLength)
    for index in ends.start..<ends.end {
      let interval = stack[index]
      let high = Int(interval.high) - minimum
      if high >= 0 { stack.push(max(0, Int(interval.low) - maximum), high, since: start) }
    }
    return stack.list(since: start)
  }

  /// Where an operation may begin so that one of the hits lies at its distance.
  private mutating func literalWindows(
    _ window: WindowRecord, _ hits: UnsafeBufferPointer<UInt32>, within positions: IntervalList
  ) -> IntervalList {
    let start = stack.top
    let minimum = Int(window.minimum)
    guard let lastHit = hits.last, Int(lastHit) >= minimum else { return stack.list(since: start) }
    if window.maximum == unbounded {
      stack.push(0, Int(lastHit) - minimum, since: start)
      return stack.list(since: start)
    }
    let maximum = Int(window.maximum)
    var next = 0
    for index in positions.start..<positions.end {
      let interval = stack[index]
      next = Self.first(of: hits, from: next, atOrBehind: Int(interval.low) + minimum)
      while next < hits.count, Int(hits[next]) <= Int(interval.high) + maximum {
        stack.push(max(0, Int(hits[next]) - maximum), Int(hits[next]) - minimum, since: start)
        next += 1
      }
      if next == hits.count { break }
    }
    return stack.list(since: start)
  }

  /// The first hit from an index on that ends at or behind a position: doubles its steps, then halves. Logarithmic in how far it is.
  @inline(__always)
  private static func first(of hits: UnsafeBufferPointer<UInt32>, from start: Int, atOrBehind position: Int) -> Int {
    var low = start
    var step = 1
    while low + step < hits.count, Int(hits[low + step]) < position {
      low += step
      step *= 2
    }
    var high = min(low + step, hits.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(hits[middle]) < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The starts of a search program, widened to where matches of the whole pattern may begin.
  mutating func widen(_ starts: IntervalList, by extra: UInt32) -> IntervalList {
    let start = stack.top
    if extra >= UInt32(text.count) {
      stack.push(0, stack.last(of: starts), since: start)
      return stack.list(since: start)
    }
    for index in starts.start..<starts.end {
      let interval = stack[index]
      stack.push(max(0, Int(interval.low) - Int(extra)), Int(interval.high), since: start)
    }
    return stack.list(since: start)
  }
}
