import Matching

/// Reads together what stands apart in one message: the strings of one array, those of one object, and the equally named
/// members of neighbouring elements. An instruction that is spread over several of them shows in none.
///
/// Only containers are read again in which the scan left traces in two strings: words of an expression all of whose words occur
/// somewhere. What begins in one batch and ends in the next is not seen; a batch holds 256 KiB.
struct LeafJoins {
  private var leaves: [Leaf] = []
  /// The texts that a reader of consecutive messages reads on: all but those of lists.
  private var stream: [Int] = []

  private struct Leaf {
    /// The container, the member name and the role together.
    var group: UInt64
    /// Index of the text in the batch.
    var segment: Int
  }

  /// Of a longer text only this much of either end is joined.
  private static let reach = 512

  var isEmpty: Bool { leaves.isEmpty }

  mutating func removeAll() {
    leaves.removeAll(keepingCapacity: leaves.capacity <= 1 << 14)
    stream.removeAll(keepingCapacity: stream.capacity <= 1 << 14)
  }

  /// Notes a string of a container.
  ///
  /// - Parameters:
  ///   - container: a number that no other array or object of the message has.
  ///   - column: distinguishes the members of its elements; zero for its own strings.
  mutating func add(segment: Int, container: Int, column: UInt32 = 0, role: Role) {
    let group = UInt64(UInt32(truncatingIfNeeded: container)) << 32 | UInt64(column) << 3 ^ UInt64(role.rawValue)
    leaves.append(Leaf(group: group, segment: segment))
  }

  /// Notes a text that continues what went before in the session.
  mutating func addToStream(segment: Int) { stream.append(segment) }

  /// Writes the joined texts of the containers in which two strings have a trace.
  ///
  /// - Parameter traces: see `TextTraces.ends`.
  mutating func join(_ batch: TextBatch, _ traces: [Int], into output: inout TextBatch) {
    guard leaves.count > 1 else { return }
    let isTraced = batch.segments(with: traces)
    leaves.sort { ($0.group, $0.segment) < ($1.group, $1.segment) }
    var first = 0
    while first < leaves.count {
      var end = first + 1
      while end < leaves.count, leaves[end].group == leaves[first].group { end += 1 }
      if leaves[first..<end].lazy.filter({ isTraced[$0.segment] }).prefix(2).count > 1 {
        write(leaves[first..<end], of: batch, to: &output)
      }
      first = end
    }
  }

  /// Writes what neighbouring strings of a container, or the last text and the first of this message, hold of an encoded text
  /// that is cut. One look at the end of each string, when none ends so.
  mutating func joinEncoded(_ preceding: PrecedingText?, _ batch: TextBatch, into output: inout TextBatch) {
    batch.bytes.withUnsafeBytes { bytes in
      if let preceding, let first = stream.first { joinEncoded(preceding, batch.segments[first], bytes, &output) }
      joinEncoded(batch.segments, bytes, &output)
    }
  }

  private func joinEncoded(
    _ preceding: PrecedingText, _ segment: TextBatch.Segment, _ bytes: UnsafeRawBufferPointer, _ output: inout TextBatch
  ) {
    guard let last = preceding.last else { return }
    last.text.withUnsafeBytes { earlier in
      guard let start = EncodedChain.start(in: earlier) else { return }
      var chain = EncodedChain(earlier, from: start, nil, last.role)
      _ = chain.extend(
        UnsafeRawBufferPointer(rebasing: bytes[segment.start..<segment.end]), segment.string, segment.role)
      if chain.isJoined { chain.write(to: &output) }
    }
  }

  private mutating func joinEncoded(
    _ segments: [TextBatch.Segment], _ bytes: UnsafeRawBufferPointer, _ output: inout TextBatch
  ) {
    func text(_ segment: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: bytes[segments[segment].start..<segments[segment].end])
    }
    guard leaves.count > 1, leaves.contains(where: { EncodedChain.start(in: text($0.segment)) != nil }) else { return }
    leaves.sort { ($0.group, $0.segment) < ($1.group, $1.segment) }
    var first = 0
    while first < leaves.count {
      var next = first + 1
      let segment = segments[leaves[first].segment]
      if let start = EncodedChain.start(in: text(leaves[first].segment)) {
        var chain = EncodedChain(text(leaves[first].segment), from: start, segment.string, segment.role)
        while next < leaves.count, leaves[next].group == leaves[first].group,
          chain.extend(text(leaves[next].segment), segments[leaves[next].segment].string, segment.role)
        {
          next += 1
        }
        if chain.isJoined { chain.write(to: &output) }
      }
      first = next
    }
  }

  /// Writes the text of earlier messages together with the first texts of this one.
  func join(_ preceding: PrecedingText, _ batch: TextBatch, into output: inout TextBatch) {
    var length = 0
    let first = stream.prefix { segment in
      defer { length += batch.segments[segment].end - batch.segments[segment].start }
      return length < Self.reach
    }
    output.appendJoined(
      preceding.pieces
        + first.map { index in
          let segment = batch.segments[index]
          return TextBatch.Piece(
            text: batch.bytes[segment.start..<segment.end].prefix(Self.reach), source: segment.string,
            role: segment.role)
        })
  }

  /// Adds the texts of this message to those that went before.
  func extend(_ preceding: inout PrecedingText, with batch: TextBatch, _ presence: LiteralPresence) {
    // What would be pushed out again need not be written.
    var (first, length) = (stream.endIndex, 0)
    while first > stream.startIndex, length < PrecedingText.limit {
      first -= 1
      length += batch.segments[stream[first]].end - batch.segments[stream[first]].start
    }
    for index in stream[first...] {
      let segment = batch.segments[index]
      preceding.append(batch.bytes[segment.start..<segment.end], role: segment.role)
    }
    preceding.note(presence)
  }

  private func write(_ group: ArraySlice<Leaf>, of batch: TextBatch, to output: inout TextBatch) {
    var passage = Passage()
    for leaf in group {
      let segment = batch.segments[leaf.segment]
      let text = segment.start..<segment.end
      guard text.count > 2 * Self.reach else {
        passage.add(text, of: segment)
        continue
      }
      // What crosses neither end was found in the text itself.
      passage.add(text.prefix(Self.reach), of: segment)
      passage.finish(batch, &output)
      passage.add(text.suffix(Self.reach), of: segment)
    }
    passage.finish(batch, &output)
  }

  /// Texts that are read in one.
  private struct Passage {
    private var texts: [(range: Range<Int>, segment: TextBatch.Segment)] = []

    mutating func add(_ range: Range<Int>, of segment: TextBatch.Segment) { texts.append((range, segment)) }

    /// Appends the passage, when it is more than one text, and begins the next.
    mutating func finish(_ batch: TextBatch, _ output: inout TextBatch) {
      defer { texts.removeAll(keepingCapacity: true) }
      guard texts.count > 1 else { return }
      output.appendJoined(
        texts.map { TextBatch.Piece(text: batch.bytes[$0.range], source: $0.segment.string, role: $0.segment.role) })
    }
  }
}
