import Guard

/// Records that were lost since the last `gap` record, and enough of the first to say where.
struct Losses {
  enum Cause {
    case queueFull
    case refused
    case closed
  }

  private(set) var queueFull = 0
  private(set) var refused = 0
  private(set) var closed = 0
  /// The database file vanished and a new one was begun: what it held is not in this one.
  var fileReplaced = false
  private var first: AuditEntry?
  private var lastTimestamp: Int64 = 0

  /// Records; a replaced file counts none, since nobody knows.
  var count: Int { queueFull + refused + closed }
  var isEmpty: Bool { count == 0 && !fileReplaced }

  mutating func add(_ entry: AuditEntry, cause: Cause) {
    switch cause {
    case .queueFull: queueFull += 1
    case .refused: refused += 1
    case .closed: closed += 1
    }
    if first == nil { first = entry }
    lastTimestamp = entry.timestamp
  }

  /// The record that stands for the lost ones; nil when there are none. Session, agents and direction are those of the
  /// first of them; the content hash is 32 zero bytes.
  func gapEntry(now: Int64) -> AuditEntry? {
    guard !isEmpty, let noContent = Digest(bytes: [UInt8](repeating: 0, count: 32)) else { return nil }
    var gap = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: first?.from ?? "", to: first?.to ?? "",
      contentHash: noContent, status: .error, decision: .auditUnavailable, session: first?.session ?? "",
      direction: first?.direction ?? .clientToServer, verdict: .clean, action: .gap, bytes: 0)
    gap.reason = reason
    return gap
  }

  private var reason: String {
    var parts = ["\(count) records lost"]
    if queueFull > 0 { parts.append("\(queueFull) because the queue was full") }
    if refused > 0 { parts.append("\(refused) refused by the database") }
    if closed > 0 { parts.append("\(closed) after the store was closed") }
    if let first { parts.append("from \(Timestamp.text(first.timestamp)) to \(Timestamp.text(lastTimestamp))") }
    if fileReplaced { parts.append("the database file was removed or replaced") }
    return parts.joined(separator: "; ")
  }
}
