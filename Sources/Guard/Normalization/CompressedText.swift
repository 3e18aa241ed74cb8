import CZlib

/// A text that was compressed before it was encoded: gzip (RFC 1952) or zlib (RFC 1950).
enum CompressedText {
  /// Whether bytes begin as a gzip member or a zlib stream with the usual window does.
  static func begins(_ bytes: some Collection<UInt8>) -> Bool {
    var bytes = bytes.makeIterator()
    switch (bytes.next(), bytes.next()) {
    case (0x1F, 0x8B): return bytes.next() == 0x08
    case (0x78, 0x01), (0x78, 0x5E), (0x78, 0x9C), (0x78, 0xDA): return true
    default: return false
    }
  }

  /// The beginning of what was compressed; what follows the first stream is not looked at, and a damaged stream gives what
  /// came before the damage. Nil when that is no text.
  ///
  /// - Parameter limit: the most bytes that are given. One more is tried, so that a caller with a smaller budget notices.
  /// - Complexity: linear in `bytes` and `limit`; zlib needs about 40 KB meanwhile.
  static func decode(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var stream = z_stream()
    // 15: the largest window; 32: either header.
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    let output = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
      count = input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(clamping: source.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(clamping: buffer.count)
        _ = inflate(&stream, Z_SYNC_FLUSH)
        return buffer.count - Int(stream.avail_out)
      }
    }
    let text = Plausibility.printablePrefix(output)
    // A sequence of UTF-8 may be cut at the limit.
    guard text > 0, text + 3 >= output.count || text >= 16, Plausibility.isText(output[..<text]) else { return nil }
    return Array(output[..<text])
  }
}
