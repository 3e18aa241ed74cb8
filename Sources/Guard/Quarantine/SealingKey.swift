import CSodium

/// Encrypts what must be stored for a while: XSalsa20 with Poly1305 (libsodium's `crypto_secretbox`), 24 random bytes of
/// nonce before each text.
///
/// A sealed text opens only under the name under which it was sealed, so that nobody can put one in another's place.
package struct SealingKey: Sendable {
  private let secret: SecretBytes

  package static let byteCount = 32
  private static let nonceCount = 24
  private static let tagCount = 16

  /// A new key. Nil when the system gives no randomness or no memory.
  package static func generate() -> SealingKey? {
    SecretBytes(count: byteCount) { buffer in
      guard let start = buffer.baseAddress else { return false }
      randombytes_buf(start, byteCount)
      return true
    }.map { SealingKey(secret: $0) }
  }

  /// - Parameter fill: writes 32 bytes, or returns false to give up.
  package init?(filling fill: (UnsafeMutableRawBufferPointer) -> Bool) {
    guard let secret = SecretBytes(count: Self.byteCount, fill: fill) else { return nil }
    self.secret = secret
  }

  private init(secret: SecretBytes) { self.secret = secret }

  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try secret.withBytes(body)
  }

  /// Seals a text. 72 bytes longer than it. Nil only when libsodium fails, which it does for no input.
  package func seal(_ text: [UInt8], as name: String) -> [UInt8]? {
    let plain = Self.digest(of: name) + text
    var nonce = [UInt8](repeating: 0, count: Self.nonceCount)
    randombytes_buf(&nonce, nonce.count)
    var sealed = [UInt8](repeating: 0, count: plain.count + Self.tagCount)
    let outcome = secret.withBytes { key -> Int32 in
      guard let key = key.bindMemory(to: UInt8.self).baseAddress else { return -1 }
      return crypto_secretbox_easy(&sealed, plain, UInt64(plain.count), nonce, key)
    }
    return outcome == 0 ? nonce + sealed : nil
  }

  /// Nil when the bytes are not what this key sealed under this name.
  package func open(_ sealed: [UInt8], as name: String) -> [UInt8]? {
    let header = Self.nonceCount + Self.tagCount + 32
    guard sealed.count >= header else { return nil }
    var plain = [UInt8](repeating: 0, count: sealed.count - Self.nonceCount - Self.tagCount)
    let outcome = sealed.withUnsafeBufferPointer { sealed -> Int32 in
      guard let start = sealed.baseAddress else { return -1 }
      return secret.withBytes { key -> Int32 in
        guard let key = key.bindMemory(to: UInt8.self).baseAddress else { return -1 }
        return crypto_secretbox_open_easy(
          &plain, start + Self.nonceCount, UInt64(sealed.count - Self.nonceCount), start, key)
      }
    }
    guard outcome == 0, plain[..<32].elementsEqual(Self.digest(of: name)) else { return nil }
    return Array(plain[32...])
  }

  private static func digest(of name: String) -> [UInt8] {
    var name = name
    return name.withUTF8 { SHA256.digest(UnsafeRawBufferPointer($0)).bytes }
  }
}
