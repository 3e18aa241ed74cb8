import Matching

/// The end of what went in one direction of a session before: the last 1 KiB of its texts. What is spread over consecutive
/// messages shows only when they are read together.
///
/// Holds payload: never to be written down.
package struct PrecedingText: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where in `bytes` the texts of one role begin, in order.
  private var runs: [(start: Int, role: Role)] = []
  /// The words of expressions in at least the last 1 KiB, in two halves that are forgotten in turn.
  private var older = LiteralPresence()
  private var newer = LiteralPresence()
  private var newerCount = 0
  private var appended = 0

  static let limit = 1 << 10
  private static let joiner: UInt8 = 0x20

  package init() {}

  var presence: LiteralPresence { older.union(newer) }

  /// What is kept, as texts of one role each.
  var pieces: [TextBatch.Piece] {
    runs.indices.map { index in
      let end = index + 1 < runs.count ? runs[index + 1].start - 1 : bytes.count
      return TextBatch.Piece(text: bytes[runs[index].start..<end], source: nil, role: runs[index].role)
    }
  }

  /// The text that ends with what is kept.
  var last: TextBatch.Piece? {
    runs.last.map { TextBatch.Piece(text: bytes[$0.start...], source: nil, role: $0.role) }
  }

  mutating func append(_ text: ArraySlice<UInt8>, role: Role) {
    let end = text.suffix(Self.limit)
    let surplus = bytes.count + 1 + end.count - Self.limit
    if surplus > 0 { removeFirst(min(bytes.count, surplus)) }
    if !bytes.isEmpty { bytes.append(Self.joiner) }
    if runs.last?.role != role { runs.append((bytes.count, role)) }
    bytes.append(contentsOf: end)
    appended += end.count
  }

  private mutating func removeFirst(_ count: Int) {
    bytes.removeFirst(count)
    guard !bytes.isEmpty else { return runs.removeAll() }
    // Texts of one role only, as they mostly are, begin where they began.
    guard runs.count > 1 else { return }
    for index in runs.indices { runs[index].start = max(0, runs[index].start - count) }
    // Of a run of which nothing but the joiner behind it is left, nothing is left.
    let gone = runs.indices.dropLast().prefix { runs[$0 + 1].start <= 1 }.count
    runs.removeFirst(gone)
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
