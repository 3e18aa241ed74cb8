import Matching

/// The end of what went in one direction of a session before: the last 1 KiB of its texts. What is spread over consecutive
/// messages shows only when they are read together.
///
/// Holds payload: never to be written down.
package struct PrecedingText: Sendable {
  private(set) var bytes: [UInt8] = []
  /// The words of expressions in at least the last 1 KiB, in two halves that are forgotten in turn.
  private var older = LiteralPresence()
  private var newer = LiteralPresence()
  private var newerCount = 0
  private var appended = 0

  static let limit = 1 << 10
  private static let joiner: UInt8 = 0x20

  package init() {}

  var presence: LiteralPresence { older.union(newer) }

  mutating func append(_ text: ArraySlice<UInt8>) {
    let end = text.suffix(Self.limit)
    let surplus = bytes.count + 1 + end.count - Self.limit
    if surplus > 0 { bytes.removeFirst(min(bytes.count, surplus)) }
    if !bytes.isEmpty { bytes.append(Self.joiner) }
    bytes.append(contentsOf: end)
    appended += end.count
  }

  /// Notes which words occur in what was appended since the last call.
  mutating func note(_ presence: LiteralPresence) {
    if newerCount >= Self.limit {
      swap(&older, &newer)
      newer.removeAll()
      newerCount = 0
    }
    newer.formUnion(presence)
    newerCount += appended
    appended = 0
  }
}
