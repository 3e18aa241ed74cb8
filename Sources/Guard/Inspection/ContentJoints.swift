/// Reads the content blocks of a message as their reader does: one after the other. What is split over several blocks shows
/// at the joints.
struct ContentJoints {
  /// The end of what came before.
  private var tail: [UInt8] = []

  /// Looked at on either side of a joint.
  private static let reach = 512

  /// Adds the text of one more block; from the second on, the passage around the joint becomes a segment of its own.
  ///
  /// - Parameter range: where the text stands in the batch.
  mutating func add(_ range: Range<Int>, _ origin: TextBatch.Origin, to batch: inout TextBatch) {
    let head = batch.bytes[range].prefix(Self.reach)
    if !tail.isEmpty {
      let joined = tail + [0x0A] + head
      batch.append(origin, view: .decoded, source: 0..<range.count, joint: tail.count) { $0 += joined }
    }
    tail = Array((tail + [0x0A] + batch.bytes[range].suffix(Self.reach)).suffix(Self.reach))
  }
}
