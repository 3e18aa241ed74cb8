/// Reads the content blocks of a message as their reader does: one after the other. What is split over several blocks shows
/// at the joints.
struct ContentJoints {
  /// The end of what came before, in one role.
  private var tail: [UInt8] = []
  private var role = Role.message

  /// Looked at on either side of a joint.
  private static let reach = 512
  private static let joiner: UInt8 = 0x0A

  /// Adds the text of one more block; from the second on, the passage around the joint becomes a segment of its own.
  ///
  /// - Parameter range: where the text stands in the batch.
  mutating func add(_ range: Range<Int>, _ origin: TextBatch.Origin, to batch: inout TextBatch) {
    if !tail.isEmpty {
      var joined = tail
      joined.append(Self.joiner)
      joined.append(contentsOf: batch.bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + Self.reach)])
      batch.append(origin, view: .decoded, source: 0..<range.count, joint: (tail.count, role)) {
        $0.append(contentsOf: joined)
      }
    }
    if origin.role != role { tail.removeAll(keepingCapacity: true) }
    role = origin.role
    extendTail(with: batch.bytes[range])
  }

  /// Keeps the last `reach` bytes of all that was read.
  private mutating func extendTail(with text: ArraySlice<UInt8>) {
    let room = Self.reach - 1 - text.count
    if room < 0 {
      tail.removeAll(keepingCapacity: true)
      tail.append(contentsOf: text[(text.endIndex - Self.reach)...])
    } else {
      if tail.count > room { tail.removeFirst(tail.count - room) }
      tail.append(Self.joiner)
      tail.append(contentsOf: text)
    }
  }
}
