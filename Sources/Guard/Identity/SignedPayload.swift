/// What a sender signs (version 1): `from LF to LF content LF timestamp`, in UTF-8, without a line feed at the end.
///
/// Two different messages never have the same payload: names and timestamp hold no line feed, so the first two lines and
/// the last are what they seem, whatever the content holds.
package struct SignedPayload: Sendable, Equatable {
  package let from: AgentName
  package let to: AgentName
  /// As the sender wrote it; it is part of what is signed.
  package let timestamp: String
  /// The same in microseconds since 1970.
  package let moment: Int64
  package let bytes: [UInt8]

  /// - Throws: which part does not have its form.
  package init(
    from: some StringProtocol, to: some StringProtocol, content: some StringProtocol, timestamp: some StringProtocol
  ) throws(SignedPayloadError) {
    guard let sender = AgentName(from) else { throw .from }
    guard let recipient = AgentName(to) else { throw .to }
    guard let moment = RFC3339.microseconds(timestamp) else { throw .timestamp }
    self.from = sender
    self.to = recipient
    self.timestamp = String(timestamp)
    self.moment = moment
    var bytes: [UInt8] = []
    bytes.reserveCapacity(from.utf8.count + to.utf8.count + content.utf8.count + timestamp.utf8.count + 3)
    bytes.append(contentsOf: from.utf8)
    bytes.append(0x0A)
    bytes.append(contentsOf: to.utf8)
    bytes.append(0x0A)
    bytes.append(contentsOf: content.utf8)
    bytes.append(0x0A)
    bytes.append(contentsOf: timestamp.utf8)
    self.bytes = bytes
  }

  /// What must be unique: SHA-256 over the public key and the payload, ordered by the moment. Not over the signature, which
  /// its owner could make anew for the same message.
  package func replayKey(for key: VerifyingKey) -> Digest {
    var hash = SHA256()
    key.bytes.withUnsafeBytes { hash.update($0) }
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finalize().ordered(by: moment)
  }
}

/// The part of a message that cannot be signed as it is. The sender is to be told; nothing was verified.
package enum SignedPayloadError: String, Error, Sendable {
  case from, to, timestamp

  package var reason: String {
    switch self {
    case .from, .to: "\(rawValue) must be \(AgentName.rule)"
    case .timestamp: "timestamp must be a moment as RFC 3339 writes it, such as 2026-03-01T09:05:07Z"
    }
  }
}
