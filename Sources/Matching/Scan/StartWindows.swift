extension Evaluation {
  /// For every operation of a search program the only positions at which it may begin, worked out from literal hits alone,
  /// last operation first, as `allowed`; false when some operation has none, i.e. the pattern cannot match.
  ///
  /// - Parameter places: the only positions at which a match may end; nil for all.
  mutating func startWindows(_ program: Int, _ hits: LiteralHits, endingAt places: [Interval]? = nil) -> Bool {
    let record = tables.programs[program]
    let count = Int(record.operationCount)
    allowed.reserve(count)
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
    let first = Int(stack[positions.start].low)
    let last = stack.last(of: positions)
    for hit in hits {
      let high = Int(hit) - minimum
      if high < first { continue }
      let low = max(0, Int(hit) - maximum)
      if low > last { break }
      stack.push(low, high, since: start)
    }
    return stack.list(since: start)
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
