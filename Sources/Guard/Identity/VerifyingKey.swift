import CSodium

/// An Ed25519 public key (RFC 8032): 32 bytes that are a point of the curve in canonical form and in the main subgroup.
package struct VerifyingKey: Sendable, Hashable {
  package let bytes: [UInt8]

  package static let byteCount = 32

  /// - Returns: nil for another length, and for bytes that are no usable point: with one of small order anyone could
  ///   make signatures.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount, Sodium.isReady, crypto_core_ed25519_is_valid_point(bytes) == 1 else {
      return nil
    }
    self.bytes = bytes
  }

  /// SHA-256 of the 32 bytes (contract, section 3).
  package var fingerprint: Fingerprint { Fingerprint(bytes.withUnsafeBytes { SHA256.digest($0) }) }

  /// Whether the signature is this key's over exactly these bytes.
  ///
  /// Strict: a signature has one spelling only, since libsodium refuses a scalar that is not reduced.
  package func verifies(_ signature: Signature, over payload: UnsafeRawBufferPointer) -> Bool {
    crypto_sign_verify_detached(
      signature.bytes, payload.bindMemory(to: UInt8.self).baseAddress, UInt64(payload.count), bytes) == 0
  }

  package func verifies(_ signature: Signature, over payload: SignedPayload) -> Bool {
    payload.bytes.withUnsafeBytes { verifies(signature, over: $0) }
  }
}

/// An Ed25519 signature: 64 bytes.
package struct Signature: Sendable, Hashable {
  package let bytes: [UInt8]

  package static let byteCount = 64

  /// - Returns: nil for another length.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// - Returns: nil unless the text is the one canonical base64 form of 64 bytes: 88 characters.
  package init?(base64 text: some StringProtocol) {
    guard let bytes = CanonicalBase64.decode(text, count: Self.byteCount) else { return nil }
    self.bytes = bytes
  }

  package var base64: String { CanonicalBase64.encode(bytes) }
}
