/// Growable uninitialised memory that is reused from scan to scan. Whoever holds it must deallocate it.
struct ScratchBuffer<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    base = .allocate(capacity: self.capacity)
  }

  func deallocate() { base.deallocate() }

  /// Makes room for `count` elements and keeps the first `used`.
  mutating func reserve(_ count: Int, keeping used: Int = 0) {
    if count <= capacity { return }
    let grown = max(count, capacity + capacity / 2)
    let fresh = UnsafeMutablePointer<Element>.allocate(capacity: grown)
    fresh.update(from: base, count: used)
    base.deallocate()
    base = fresh
    capacity = grown
  }

  /// Gives memory above a limit back.
  mutating func shrink(toBytes limit: Int) {
    let kept = limit / MemoryLayout<Element>.stride
    if capacity <= kept { return }
    base.deallocate()
    base = .allocate(capacity: kept)
    capacity = kept
  }
}
