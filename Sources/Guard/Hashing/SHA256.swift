import CShims

/// Incremental SHA-256 (FIPS 180-4), with the SHA instructions of the processor where it has them.
package struct SHA256 {
  private var context = shim_sha256()

  package init() { shim_sha256_init(&context) }

  /// Takes in more bytes. Any division of the input into calls gives the same digest.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    shim_sha256_update(&context, bytes.baseAddress, bytes.count)
  }

  /// The digest of everything taken in. Afterwards this value is as if new.
  package mutating func finalize() -> Digest {
    let digest = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      shim_sha256_final(&context, buffer.baseAddress)
      count = 32
    }
    shim_sha256_init(&context)
    return Digest(unchecked: digest)
  }

  /// The digest of one piece.
  package static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// The same with the portable code, so that tests can hold both ways against each other.
  static func portableDigest(_ bytes: UnsafeRawBufferPointer) -> Digest {
    let digest = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      shim_sha256_portable(bytes.baseAddress, bytes.count, buffer.baseAddress)
      count = 32
    }
    return Digest(unchecked: digest)
  }
}
