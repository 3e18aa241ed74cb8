import CSodium

/// A few bytes that nobody may find in memory later: kept out of swap and core files where the system allows, between
/// guard pages, read-only once filled, and wiped when the last reference goes.
///
/// Unchecked because of the pointer: the memory is written only inside `init`, before the value is shared, and the
/// system makes it read-only after that.
final class SecretBytes: @unchecked Sendable {
  let count: Int
  private let start: UnsafeMutableRawPointer

  /// - Parameter fill: writes all bytes, or returns false to give up.
  /// - Returns: nil when there is no memory or `fill` gave up.
  init?(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Bool) {
    guard Sodium.isReady, let start = sodium_malloc(count) else { return nil }
    self.count = count
    self.start = start
    guard fill(UnsafeMutableRawBufferPointer(start: start, count: count)) else { return nil }
    sodium_mprotect_readonly(start)
  }

  deinit { sodium_free(start) }

  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: start, count: count))
  }
}
