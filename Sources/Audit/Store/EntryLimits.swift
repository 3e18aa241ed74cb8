import Guard

/// The most that one record may hold, whatever a peer put into a method name or a pointer.
///
/// Enforced before an entry is queued, so that the queue's limits mean something. Texts are cut at a character's edge.
enum EntryLimits {
  /// Agents and the session.
  static let name = 256
  static let method = 256
  static let tool = 256
  static let reason = 1024
  static let fingerprint = 128
  static let senderTimestamp = 64
  static let findings = 1000
  static let ruleText = 256
  static let pointer = 1024
  static let excerpt = 160
  /// All findings of one record together, in bytes of text. Those beyond are counted as dropped.
  static let findingsText = 256 * 1024
}

extension AuditEntry {
  /// The entry within `EntryLimits`, and about how many bytes of memory it takes.
  func bounded() -> (entry: AuditEntry, cost: Int) {
    var entry = self
    // The value itself, its digest and id, and the headers of its heap blocks: measured to the nearest hundred.
    var cost = 700
    cost += bound(&entry.from, EntryLimits.name)
    cost += bound(&entry.to, EntryLimits.name)
    cost += bound(&entry.session, EntryLimits.name)
    cost += bound(&entry.method, EntryLimits.method)
    cost += bound(&entry.tool, EntryLimits.tool)
    cost += bound(&entry.reason, EntryLimits.reason)
    cost += bound(&entry.fingerprint, EntryLimits.fingerprint)
    cost += bound(&entry.senderTimestamp, EntryLimits.senderTimestamp)
    guard !entry.findings.isEmpty else { return (entry, cost) }

    var text = 0
    var kept = 0
    for index in entry.findings.indices.prefix(EntryLimits.findings) {
      text += entry.findings[index].bound()
      guard text <= EntryLimits.findingsText else { break }
      kept = index + 1
    }
    if kept < entry.findings.count {
      entry.findingsDropped += entry.findings.count - kept
      entry.findings.removeSubrange(kept...)
    }
    return (entry, cost + text + 160 * kept)
  }
}

extension FindingRecord {
  /// - Returns: the bytes of text left.
  fileprivate mutating func bound() -> Int {
    Audit.bound(&rule, EntryLimits.ruleText) + Audit.bound(&name, EntryLimits.ruleText)
      + Audit.bound(&category, EntryLimits.ruleText) + Audit.bound(&pointer, EntryLimits.pointer)
      + Audit.bound(&excerpt, EntryLimits.excerpt)
  }
}

/// Cuts a text to at most `limit` bytes of UTF-8, whole scalars only.
/// - Returns: its length afterwards.
private func bound(_ text: inout String, _ limit: Int) -> Int {
  let count = text.utf8.count
  guard count > limit else { return count }
  var end = text.utf8.index(text.startIndex, offsetBy: limit)
  while end > text.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
  text = String(text[..<end])
  return text.utf8.count
}

private func bound(_ text: inout String?, _ limit: Int) -> Int {
  guard var value = text else { return 0 }
  let count = bound(&value, limit)
  text = value
  return count
}
