import Guard

/// What a recipient signs to read its inbox or to acknowledge a message: `METHOD LF path LF timestamp` in UTF-8, the path
/// as it stands in the request, without the query. No such text is a `SignedPayload`, whose second line holds no slash.
struct RecipientSignature: Sendable {
  static let timestampHeader = "X-Oktsec-Timestamp"
  static let signatureHeader = "X-Oktsec-Signature"

  let payload: [UInt8]
  let timestamp: String
  let moment: Int64
  let signature: Signature

  enum Defect: Error, Equatable {
    /// A header is missing.
    case absent
    /// One of them does not have its form, or stands there twice.
    case malformed(String)
  }

  init(method: String, path: String, headers: HeaderList) throws(Defect) {
    guard headers.contains(Self.timestampHeader), headers.contains(Self.signatureHeader) else { throw .absent }
    guard let timestamp = headers[Self.timestampHeader], let moment = RFC3339.microseconds(timestamp) else {
      throw .malformed("\(Self.timestampHeader) must be one moment as RFC 3339 writes it, such as 2026-03-01T09:05:07Z")
    }
    guard let signature = headers[Self.signatureHeader].flatMap({ Signature(base64: $0) }) else {
      throw .malformed("\(Self.signatureHeader) must be one Ed25519 signature in base64, 88 characters")
    }
    self.timestamp = timestamp
    self.moment = moment
    self.signature = signature
    payload = Array("\(method)\n\(path)\n\(timestamp)".utf8)
  }

  var digest: Digest { payload.withUnsafeBytes { SHA256.digest($0) } }

  enum Verification: Equatable {
    /// To be used once: `replayKey`.
    case verified(Fingerprint, replayKey: Digest)
    case rejected(SenderRejection, Fingerprint?)
  }

  /// All but its uniqueness. As `Keyring.verify`, the signature comes before the time.
  func verify(_ agent: AgentName, _ keyring: Keyring, at now: Int64, window: FreshnessWindow) -> Verification {
    guard let key = keyring.keys[agent], let fingerprint = keyring.fingerprint(of: agent) else {
      return .rejected(.unknownAgent, nil)
    }
    if keyring.revoked.contains(fingerprint) { return .rejected(.revokedKey, fingerprint) }
    guard payload.withUnsafeBytes({ key.verifies(signature, over: $0) }) else {
      return .rejected(.badSignature, fingerprint)
    }
    switch window.judge(moment, at: now) {
    case .tooOld: return .rejected(.tooOld, fingerprint)
    case .tooNew: return .rejected(.tooNew, fingerprint)
    case .fresh:
      var hash = SHA256()
      key.bytes.withUnsafeBytes { hash.update($0) }
      payload.withUnsafeBytes { hash.update($0) }
      return .verified(fingerprint, replayKey: hash.finalize().ordered(by: moment))
    }
  }
}
