import Guard

extension AuditEntry {
  /// A record that is about the trail or the keys and about no frame. The content hash is 32 zero bytes.
  package static func ofTheTrail(
    reason: String, from: String = "oktsec", to: String = "", method: String = "", status: DeliveryStatus = .delivered
  ) -> AuditEntry {
    let now = Timestamp.now
    var entry = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: from, to: to, contentHash: .zero, status: status,
      decision: status == .error ? .auditUnavailable : .allow, session: "", direction: .clientToServer, verdict: .clean,
      action: .changed, bytes: 0)
    entry.method = method
    entry.reason = reason
    return entry
  }
}

extension Digest {
  /// 32 zero bytes: the hash of nothing that anybody sent.
  static let zero: Digest = {
    guard let digest = Digest(bytes: [UInt8](repeating: 0, count: 32)) else {
      return [UInt8]().withUnsafeBytes { SHA256.digest($0) }
    }
    return digest
  }()
}
