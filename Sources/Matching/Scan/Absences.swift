/// Which programs have no match in a block: patterns that say the same share one, and only the first of them is tried.
struct Absences {
  private var words: ScratchBuffer<UInt64>

  init(programCount: Int) {
    words = ScratchBuffer(capacity: programCount / 64 + 1)
    words.base.initialize(repeating: 0, count: words.capacity)
  }

  func deallocate() { words.deallocate() }

  func contains(_ program: Int) -> Bool { words.base[program &>> 6] & 1 &<< UInt64(program & 63) != 0 }

  func insert(_ program: Int) { words.base[program &>> 6] |= 1 &<< UInt64(program & 63) }

  func removeAll() { words.base.update(repeating: 0, count: words.capacity) }
}
