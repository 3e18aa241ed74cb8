import CSodium

/// Standard base64 (RFC 4648, section 4) with exactly one text for each sequence of bytes: padding is there, unused bits
/// are zero, and nothing else stands between the characters. So a signature cannot be sent twice in two spellings.
package enum CanonicalBase64 {
  /// - Parameter count: how many bytes there must be.
  /// - Returns: nil for every text but the one that `encode` gives for `count` bytes.
  package static func decode(_ text: some StringProtocol, count: Int) -> [UInt8]? {
    let characters = Array(text.utf8)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let isValid = characters.withUnsafeBytes { decode($0, into: UnsafeMutableRawBufferPointer(buffer)) }
      filled = isValid ? count : 0
    }
    return bytes.count == count ? bytes : nil
  }

  package static func encode(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { bytes in
      String(unsafeUninitializedCapacity: encodedCount(bytes.count) + 1) { buffer in
        encode(bytes, into: UnsafeMutableRawBufferPointer(buffer))
        return encodedCount(bytes.count)
      }
    }
  }

  static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Fills `bytes` whole, or returns false. Leaves no copy elsewhere.
  static func decode(_ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    // The length first: libsodium would write what fits.
    guard text.count == encodedCount(bytes.count), let target = bytes.bindMemory(to: UInt8.self).baseAddress,
      let source = text.bindMemory(to: CChar.self).baseAddress
    else { return false }
    // libsodium takes some bytes above ASCII for characters of the alphabet. No branch on a secret's bytes.
    guard text.reduce(0, |) < 0x80 else { return false }
    var length = 0
    let outcome = sodium_base642bin(
      target, bytes.count, source, text.count, nil, &length, nil, Int32(sodium_base64_VARIANT_ORIGINAL))
    return outcome == 0 && length == bytes.count
  }

  /// - Parameter text: one byte longer than the text, for the zero that libsodium writes behind it.
  static func encode(_ bytes: UnsafeRawBufferPointer, into text: UnsafeMutableRawBufferPointer) {
    guard let target = text.bindMemory(to: CChar.self).baseAddress,
      let source = bytes.bindMemory(to: UInt8.self).baseAddress
    else { return }
    sodium_bin2base64(target, text.count, source, bytes.count, Int32(sodium_base64_VARIANT_ORIGINAL))
  }
}
