/// The public keys of the agents, and what is revoked. Pure: whoever reads the files builds a new one when they change.
package struct Keyring: Sendable {
  package let keys: [AgentName: VerifyingKey]
  package let revoked: Set<Fingerprint>
  private let fingerprints: [AgentName: Fingerprint]

  package init(keys: [AgentName: VerifyingKey], revoked: Set<Fingerprint>) {
    self.keys = keys
    self.revoked = revoked
    fingerprints = keys.mapValues(\.fingerprint)
  }

  /// The fingerprint of an agent's key. Nil when there is none.
  package func fingerprint(of name: AgentName) -> Fingerprint? { fingerprints[name] }

  /// Judges a signed message, all but its uniqueness: that is for the store, which inserts `replayKey` in the same
  /// transaction as the record.
  ///
  /// The signature comes before the time, so that only the owner of a key learns that a message is stale.
  ///
  /// - Parameter now: microseconds since 1970.
  package func verify(
    _ payload: SignedPayload, signature: Signature?, at now: Int64, window: FreshnessWindow
  ) -> SenderVerification {
    guard let key = keys[payload.from], let fingerprint = fingerprints[payload.from] else {
      return .rejected(.unknownAgent, nil)
    }
    if revoked.contains(fingerprint) { return .rejected(.revokedKey, fingerprint) }
    guard let signature, key.verifies(signature, over: payload) else { return .rejected(.badSignature, fingerprint) }
    switch window.judge(payload.moment, at: now) {
    case .tooOld: return .rejected(.tooOld, fingerprint)
    case .tooNew: return .rejected(.tooNew, fingerprint)
    case .fresh:
      return .verified(
        VerifiedSender(name: payload.from, fingerprint: fingerprint, replayKey: payload.replayKey(for: key)))
    }
  }
}

/// What became of a signature.
package enum SenderVerification: Sendable, Equatable {
  case verified(VerifiedSender)
  /// With the fingerprint of the key that the sender should have used, when there is one.
  case rejected(SenderRejection, Fingerprint?)
}

/// An agent whose signature held.
package struct VerifiedSender: Sendable, Equatable {
  package let name: AgentName
  package let fingerprint: Fingerprint
  /// To be stored once: a second message with it is `replayed`.
  package let replayKey: Digest
}

/// Why a signature does not count.
package enum SenderRejection: String, Sendable, CaseIterable {
  case unknownAgent = "unknown_agent"
  case revokedKey = "revoked_key"
  case badSignature = "bad_signature"
  case tooOld = "too_old"
  case tooNew = "too_new"

  /// A stale message counts as a replay (contract, section 5).
  package var decision: PolicyDecision {
    switch self {
    case .unknownAgent, .revokedKey, .badSignature: .identityRejected
    case .tooOld, .tooNew: .replayed
    }
  }
}
