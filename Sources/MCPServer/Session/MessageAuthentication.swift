import Guard

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1).
enum MessageAuthentication {
  static func code(over message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? key.withUnsafeBytes { SHA256.digest($0).bytes } : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = digest(block.map { $0 ^ 0x36 }, message)
    return digest(block.map { $0 ^ 0x5C }, inner)
  }

  /// Compares in time that does not depend on where two codes differ.
  static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func digest(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    first.withUnsafeBytes { hash.update($0) }
    second.withUnsafeBytes { hash.update($0) }
    return hash.finalize().bytes
  }
}
