/// The end of what went in one direction of a session before: the last 4 KiB of its texts. What is spread over consecutive
/// messages shows only when they are read together.
///
/// Holds payload: never to be written down.
package struct PrecedingText: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Bytes since the last word that belongs to an expression; see `BatchScan.run`.
  private var sinceTrace = Int.max

  static let limit = 4 << 10
  private static let joiner: UInt8 = 0x20

  package init() {}

  /// Whether something in it may be continued.
  var hasTrace: Bool { sinceTrace <= bytes.count }

  mutating func append(_ text: ArraySlice<UInt8>, hasTrace: Bool) {
    let end = text.suffix(Self.limit)
    let surplus = bytes.count + 1 + end.count - Self.limit
    if surplus > 0 { bytes.removeFirst(min(bytes.count, surplus)) }
    if !bytes.isEmpty { bytes.append(Self.joiner) }
    bytes.append(contentsOf: end)
    if hasTrace {
      sinceTrace = 0
    } else if sinceTrace < Self.limit {
      sinceTrace += end.count + 1
    }
  }
}
