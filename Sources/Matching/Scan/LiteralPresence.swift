/// Which literals of a pattern set occur in a text. Values of different pattern sets have nothing to do with each other.
package struct LiteralPresence: Sendable {
  private var words: [UInt64] = []

  package init() {}

  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ set: Int) -> Bool {
    set &>> 6 < words.count && words[set &>> 6] & 1 &<< UInt64(set & 63) != 0
  }

  mutating func insert(_ set: Int) {
    while set &>> 6 >= words.count { words.append(0) }
    words[set &>> 6] |= 1 &<< UInt64(set & 63)
  }

  package mutating func formUnion(_ other: LiteralPresence) {
    while words.count < other.words.count { words.append(0) }
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  package func union(_ other: LiteralPresence) -> LiteralPresence {
    var result = self
    result.formUnion(other)
    return result
  }

  package mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  func forEach(_ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var bits = word
      while bits != 0 {
        body(index &* 64 &+ bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }
}
