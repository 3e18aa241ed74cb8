/// Reads together what stands apart in one message: the strings of one array, those of one object, and the equally named
/// members of neighbouring elements. An instruction that is spread over several of them shows in none.
///
/// Only containers in which a scan has left a trace are read again: a word of an expression of which all words occur
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

  /// Writes the joined texts of the containers with a trace.
  ///
  /// - Parameter isTraced: by segment of the batch.
  mutating func join(_ batch: TextBatch, isTraced: [Bool], into output: inout TextBatch) {
    guard leaves.count > 1 else { return }
    leaves.sort { ($0.group, $0.segment) < ($1.group, $1.segment) }
    var first = 0
    while first < leaves.count {
      var end = first + 1
      while end < leaves.count, leaves[end].group == leaves[first].group { end += 1 }
      if end - first > 1, leaves[first..<end].contains(where: { isTraced[$0.segment] }) {
        write(leaves[first..<end], of: batch, to: &output)
      }
      first = end
    }
  }

  /// Writes the text of earlier messages together with the first texts of this one, when either has a trace.
  func join(_ preceding: PrecedingText, _ batch: TextBatch, isTraced: [Bool], into output: inout TextBatch) {
    guard !preceding.bytes.isEmpty else { return }
    var length = 0
    let first = stream.prefix { segment in
      defer { length += batch.segments[segment].end - batch.segments[segment].start }
      return length < Self.reach
    }
    guard let role = first.first.map({ batch.segments[$0].role }),
      preceding.hasTrace || first.contains(where: { isTraced[$0] })
    else { return }
    output.appendJoined(
      role: role,
      [(preceding.bytes[...], nil)]
        + first.map { index in
          let segment = batch.segments[index]
          return (batch.bytes[segment.start..<segment.end].prefix(Self.reach), segment.string)
        })
  }

  /// Adds the texts of this message to those that went before.
  func extend(_ preceding: inout PrecedingText, with batch: TextBatch, isTraced: [Bool]) {
    for index in stream {
      let segment = batch.segments[index]
      preceding.append(batch.bytes[segment.start..<segment.end], hasTrace: isTraced[index])
    }
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
      output.appendJoined(role: texts[0].segment.role, texts.map { (batch.bytes[$0.range], $0.segment.string) })
    }
  }
}
