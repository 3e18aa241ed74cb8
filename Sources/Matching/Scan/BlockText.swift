/// One block of a text, with a readable byte on either side: the neighbour in the text, or the separator at its ends.
struct BlockText {
  /// `base[-1]` to `base[count]` are readable.
  let base: UnsafePointer<UInt8>
  let count: Int
  /// Matches that begin at or behind this position belong to the next block.
  let owned: Int
}
