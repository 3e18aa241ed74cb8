extension Evaluation {
  /// `set{minimum,maximum}` from every position of `starts`.
  ///
  /// Positions reach as far as the next byte outside the set, the barrier. It is searched for by one cursor that only moves forward.
  mutating func runGap(
    _ set: ByteSetRecord, _ minimum: Int, _ maximum: Int, from starts: IntervalList, stop: Int
  ) -> IntervalList {
    let bottom = stack.top
    // From the present start up to the cursor all bytes are in the set; at the cursor there is none if `atBarrier`.
    var cursor = 0
    var atBarrier = false
    for index in starts.start..<starts.end {
      var low = Int(stack[index].low)
      let high = Int(stack[index].high)
      while low <= high, low + minimum <= stop {
        let reach = min(maximum > text.count ? text.count : high + maximum, stop)
        if low > cursor || (!atBarrier && cursor < reach) {
          (cursor, atBarrier) = barrier(of: set, from: max(low, cursor), to: reach)
        }
        if !atBarrier || cursor >= reach {
          // Nothing stops these before `reach`.
          if low + minimum <= reach { stack.push(low + minimum, reach, since: bottom) }
          break
        }
        let lastStart = min(high, cursor)
        let end = maximum > text.count ? cursor : min(lastStart + maximum, cursor)
        if low + minimum <= end { stack.push(low + minimum, min(end, stop), since: bottom) }
        low = cursor + 1
      }
    }
    return stack.list(since: bottom)
  }

  /// The first position from `start` whose byte is not in the set, looking no further than `end`.
  private mutating func barrier(of set: ByteSetRecord, from start: Int, to end: Int) -> (Int, Bool) {
    let words = set.words
    let bytes = text.base
    var position = start
    while position < end {
      let byte = bytes[position]
      let word = byte < 128 ? (byte < 64 ? words.0 : words.1) : (byte < 192 ? words.2 : words.3)
      if word & (1 &<< UInt64(byte & 63)) == 0 { break }
      position &+= 1
    }
    steps += (position - start) / 4 + 1
    return (position, position < end)
  }
}
