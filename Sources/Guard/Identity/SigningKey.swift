import CSodium

/// An Ed25519 private key (RFC 8032), held in memory that is wiped when the key goes.
package struct SigningKey: Sendable {
  package let verifyingKey: VerifyingKey
  /// 32 bytes of seed, then 32 bytes of public key: libsodium's form and that of the file.
  let secret: SecretBytes

  package static let byteCount = 64

  /// A new key from the system's randomness.
  ///
  /// - Returns: nil when there is no randomness or no memory.
  package static func generate() -> SigningKey? {
    SigningKey { secret in
      var publicKey = [UInt8](repeating: 0, count: VerifyingKey.byteCount)
      return crypto_sign_keypair(&publicKey, secret) == 0
    }
  }

  /// The key that belongs to a seed of 32 bytes (RFC 8032, section 5.1.5).
  ///
  /// - Returns: nil for another length, or without memory.
  package init?(seed: UnsafeRawBufferPointer) {
    guard seed.count == 32, let start = seed.bindMemory(to: UInt8.self).baseAddress else { return nil }
    self.init { secret in
      var publicKey = [UInt8](repeating: 0, count: VerifyingKey.byteCount)
      return crypto_sign_seed_keypair(&publicKey, secret, start) == 0
    }
  }

  /// The key in 64 bytes, as its file holds it.
  ///
  /// The public half is computed again from the seed and compared: a signature made with halves that do not belong
  /// together gives the seed away.
  ///
  /// - Returns: nil when the halves differ, for another length, or without memory.
  package init?(seedAndPublicKey bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init(seed: UnsafeRawBufferPointer(rebasing: bytes[..<32]))
    let isSame = verifyingKey.bytes.withUnsafeBytes { own in
      sodium_memcmp(own.baseAddress, UnsafeRawBufferPointer(rebasing: bytes[32...]).baseAddress, 32) == 0
    }
    guard isSame else { return nil }
  }

  private init?(_ make: (UnsafeMutablePointer<UInt8>) -> Bool) {
    let secret = SecretBytes(count: Self.byteCount) { buffer in
      guard let start = buffer.bindMemory(to: UInt8.self).baseAddress else { return false }
      return make(start)
    }
    guard let secret else { return nil }
    guard let key = secret.withBytes({ VerifyingKey(Array($0[32...])) }) else { return nil }
    self.secret = secret
    verifyingKey = key
  }

  /// Signs a payload. Deterministic: the same payload gives the same signature.
  ///
  /// - Returns: nil only when libsodium fails, which it does for no input.
  package func signature(over payload: UnsafeRawBufferPointer) -> Signature? {
    var signature = [UInt8](repeating: 0, count: Signature.byteCount)
    let outcome = secret.withBytes { secret -> Int32 in
      guard let secret = secret.bindMemory(to: UInt8.self).baseAddress else { return -1 }
      return crypto_sign_detached(
        &signature, nil, payload.bindMemory(to: UInt8.self).baseAddress, UInt64(payload.count), secret)
    }
    return outcome == 0 ? Signature(signature) : nil
  }

  package func signature(over payload: SignedPayload) -> Signature? {
    payload.bytes.withUnsafeBytes { signature(over: $0) }
  }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
  /// Names the public half only.
  package var description: String { "SigningKey(\(verifyingKey.fingerprint.short))" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
