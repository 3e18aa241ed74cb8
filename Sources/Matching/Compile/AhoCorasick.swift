/// The automaton that finds all literals of all sets in one pass (Aho and Corasick, 1975), as a dense table.
struct AhoCorasick {
  /// Byte to symbol; letters folded, and the rarest bytes share symbols when there are more than `maximumSymbols`.
  private(set) var symbolMap = [UInt8](repeating: 0, count: 256)
  /// `next[state << shift | symbol]`.
  private(set) var next: [UInt16] = []
  private(set) var shift = 0
  /// States from here on report sets.
  private(set) var firstReporting = 0
  /// Set numbers per reporting state.
  private(set) var reports: [[UInt16]] = []

  static let maximumSymbols = 64

  /// - Parameter sets: the literals of each set, folded to lower case.
  init(_ sets: [[[UInt8]]]) throws(PatternRefusal) {
    divideBytes(sets)
    var trie = Trie(symbols: 1 << shift)
    for (set, literals) in sets.enumerated() {
      for literal in literals {
        trie.insert(literal.map { Int(symbolMap[Int($0)]) }, set: UInt16(truncatingIfNeeded: set))
      }
    }
    guard trie.count <= 1 << 16, sets.count <= 1 << 16 else { throw .tablesTooLarge }
    trie.complete()
    layOut(trie)
  }

  /// Symbol 0 is every byte that no literal holds.
  private mutating func divideBytes(_ sets: [[[UInt8]]]) {
    var uses = [Int](repeating: 0, count: 256)
    for literals in sets {
      for literal in literals {
        for byte in literal { uses[Int(byte)] += 1 }
      }
    }
    let used = (0..<256).filter { uses[$0] > 0 }.sorted { (uses[$0], $1) > (uses[$1], $0) }
    let symbols = min(used.count, Self.maximumSymbols - 1)
    for (rank, byte) in used.enumerated() {
      // The overflow is spread over the last few symbols: a superset of hits is sound.
      let symbol = rank < symbols ? rank + 1 : symbols - (rank - symbols) % min(8, symbols)
      symbolMap[byte] = UInt8(symbol)
    }
    for letter in 0x61...0x7A { symbolMap[letter - 0x20] = symbolMap[letter] }
    while 1 << shift < symbols + 1 { shift += 1 }
  }

  private mutating func layOut(_ trie: Trie) {
    let silent = (0..<trie.count).filter { trie.sets[$0].isEmpty }
    let reporting = (0..<trie.count).filter { !trie.sets[$0].isEmpty }
    var number = [Int](repeating: 0, count: trie.count)
    for (new, old) in (silent + reporting).enumerated() { number[old] = new }
    let width = 1 << shift
    next = [UInt16](repeating: 0, count: trie.count * width)
    for state in 0..<trie.count {
      for symbol in 0..<width {
        next[number[state] * width + symbol] = UInt16(number[trie.next[state * width + symbol]])
      }
    }
    firstReporting = silent.count
    reports = reporting.map { trie.sets[$0].sorted() }
  }
}

private struct Trie {
  let symbols: Int
  /// `[state][symbol]`; 0, the root, also means none until the trie is complete.
  var next: [Int]
  var sets: [Set<UInt16>] = [[]]

  var count: Int { sets.count }

  init(symbols: Int) {
    self.symbols = symbols
    next = [Int](repeating: 0, count: symbols)
  }

  mutating func insert(_ word: [Int], set: UInt16) {
    var state = 0
    for symbol in word {
      if next[state * symbols + symbol] == 0 {
        next[state * symbols + symbol] = count
        next.append(contentsOf: repeatElement(0, count: symbols))
        sets.append([])
      }
      state = next[state * symbols + symbol]
    }
    sets[state].insert(set)
  }

  /// Adds the failure transitions, breadth first.
  mutating func complete() {
    var failure = [Int](repeating: 0, count: count)
    var queue = (0..<symbols).map { next[$0] }.filter { $0 != 0 }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      sets[state].formUnion(sets[failure[state]])
      for symbol in 0..<symbols {
        let inherited = next[failure[state] * symbols + symbol]
        let child = next[state * symbols + symbol]
        if child == 0 {
          next[state * symbols + symbol] = inherited
        } else {
          failure[child] = inherited
          queue.append(child)
        }
      }
    }
  }
}
