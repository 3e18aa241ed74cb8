import Guard

/// HMAC with SHA-256 (RFC 2104).
enum HMAC {
  private static let blockSize = 64

  static func sha256(key: [UInt8], _ message: [UInt8]) -> Digest {
    var block = key.count > blockSize ? key.withUnsafeBytes { SHA256.digest($0) }.bytes : key
    block += [UInt8](repeating: 0, count: blockSize - block.count)
    let inner = hash(block.map { $0 ^ 0x36 }, message)
    return hash(block.map { $0 ^ 0x5C }, inner.bytes)
  }

  private static func hash(_ first: [UInt8], _ second: [UInt8]) -> Digest {
    var hash = SHA256()
    first.withUnsafeBytes { hash.update($0) }
    second.withUnsafeBytes { hash.update($0) }
    return hash.finalize()
  }
}
