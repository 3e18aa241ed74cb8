/// Hands a text out in blocks to a scan that looks at each byte and its next four.
enum NeighbourScan {
  static let block = 512
  /// Every block is a multiple of this, so that all of it is vector code.
  static let unit = 64
  private static let margin = 4

  /// Calls `scan` with the start of each block and its length; the four bytes after it may be read too. The last block is a
  /// copy that ends in line feeds, which start nothing. Stops when `scan` returns false.
  @inline(__always)
  static func run(_ text: UnsafeRawBufferPointer, _ scan: (UnsafePointer<UInt8>, Int) -> Bool) {
    guard let base = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    var index = 0
    while index + block + margin <= text.count {
      if !scan(base + index, block) { return }
      index += block
    }
    let rest = text.count - index
    guard rest > 0 else { return }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: block + 2 * unit) { tail in
      guard let start = tail.baseAddress else { return }
      start.update(from: base + index, count: rest)
      (start + rest).update(repeating: 0x0A, count: unit + margin)
      _ = scan(start, (rest + unit - 1) & ~(unit - 1))
    }
  }
}
