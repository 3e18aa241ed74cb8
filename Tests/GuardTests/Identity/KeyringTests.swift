import Testing

@testable import Guard

@Suite struct KeyringTests {
  let key: SigningKey
  let payload: SignedPayload
  let window = FreshnessWindow()

  init() throws {
    key = try signingKey(1)
    payload = try SignedPayload(from: "alice", to: "bob", content: "hello", timestamp: "2026-03-01T09:05:07Z")
  }

  private func keyring(revoked: Set<Fingerprint> = []) throws -> Keyring {
    Keyring(
      keys: [try name("alice"): key.verifyingKey, try name("bob"): try signingKey(2).verifyingKey], revoked: revoked)
  }

  @Test("a fresh message with its owner's signature is verified")
  func verifies() throws {
    let outcome = try keyring().verify(
      payload, signature: key.signature(over: payload), at: payload.moment, window: window)
    let sender = VerifiedSender(
      name: try name("alice"), fingerprint: key.verifyingKey.fingerprint,
      replayKey: payload.replayKey(for: key.verifyingKey))
    #expect(outcome == .verified(sender))
  }

  @Test("an agent without a key is unknown")
  func unknown() throws {
    let payload = try SignedPayload(from: "eve", to: "bob", content: "", timestamp: "2026-03-01T09:05:07Z")
    let outcome = try keyring().verify(
      payload, signature: key.signature(over: payload), at: payload.moment, window: window)
    #expect(outcome == .rejected(.unknownAgent, nil))
  }

  @Test("another agent's signature does not speak for this one")
  func impersonation() throws {
    let outcome = try keyring().verify(
      payload, signature: try signingKey(2).signature(over: payload), at: payload.moment, window: window)
    #expect(outcome == .rejected(.badSignature, key.verifyingKey.fingerprint))
  }

  @Test("a signature that could not be read is a bad one")
  func unreadable() throws {
    let outcome = try keyring().verify(payload, signature: nil, at: payload.moment, window: window)
    #expect(outcome == .rejected(.badSignature, key.verifyingKey.fingerprint))
  }

  @Test("a revoked key never verifies, under whatever name it is registered")
  func revoked() throws {
    let fingerprint = key.verifyingKey.fingerprint
    let keyring = Keyring(
      keys: [try name("alice"): key.verifyingKey, try name("other"): key.verifyingKey], revoked: [fingerprint])
    for sender in ["alice", "other"] {
      let payload = try SignedPayload(from: sender, to: "bob", content: "", timestamp: "2026-03-01T09:05:07Z")
      let outcome = keyring.verify(
        payload, signature: key.signature(over: payload), at: payload.moment, window: window)
      #expect(outcome == .rejected(.revokedKey, fingerprint))
    }
  }

  @Test(
    "the ends of the window belong to it",
    arguments: [
      (-30_000_000, nil), (-30_000_001, .tooNew), (300_000_000, nil), (300_000_001, .tooOld),
    ] as [(Int64, SenderRejection?)])
  func freshness(age: Int64, rejection: SenderRejection?) throws {
    let outcome = try keyring().verify(
      payload, signature: key.signature(over: payload), at: payload.moment + age, window: window)
    if let rejection {
      #expect(outcome == .rejected(rejection, key.verifyingKey.fingerprint))
    } else if case .rejected(let reason, _) = outcome {
      Issue.record("rejected as \(reason)")
    }
  }

  @Test("only the owner of the key learns that a message is stale")
  func signatureBeforeTime() throws {
    let outcome = try keyring().verify(
      payload, signature: try signingKey(2).signature(over: payload), at: payload.moment + 1_000_000_000,
      window: window)
    #expect(outcome == .rejected(.badSignature, key.verifyingKey.fingerprint))
  }

  @Test("stale counts as replayed, everything else as a rejected identity")
  func decisions() {
    let replayed = SenderRejection.allCases.filter { $0.decision == .replayed }
    #expect(replayed == [.tooOld, .tooNew])
    #expect(SenderRejection.allCases.allSatisfy { [.replayed, .identityRejected].contains($0.decision) })
  }
}
