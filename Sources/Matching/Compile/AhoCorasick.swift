/// The automaton that finds all literals of all sets in one pass (Aho and Corasick, 1975).
///
/// A transition to a state of depth two or less depends on nothing but the last two symbols. Only the others are stored per state, packed
/// (`RowPacking`): a tenth of a dense table, so it stays in the cache.
///
/// A run of white space is read as one blank: at the end of a literal's blank the automaton stays where it is.
struct AhoCorasick {
  /// Byte to symbol; letters folded, and the rarest bytes share symbols when there are more than `maximumSymbols`.
  private(set) var symbolMap = [UInt8](repeating: 0, count: 256)
  /// `[state + symbol]`, see `LiteralEntry`. A state *is* its offset here; 0 is the root.
  private(set) var entries: [UInt32] = []
  /// `[previous symbol << 6 | symbol]`: the transition when nothing is stored.
  private(set) var pairs: [UInt32] = []
  /// By state: which of `reports`.
  private(set) var reportOfState: [UInt16] = []
  /// Set numbers; list 0 is empty.
  private(set) var reports: [[UInt16]] = [[]]

  static let maximumSymbols = 1 << LiteralEntry.symbolBits
  /// Shared by the rarest bytes of ASCII.
  private static let sharedSymbols = 6

  /// - Parameter sets: the literals of each set, folded to lower case.
  init(_ sets: [[[UInt8]]]) throws(PatternRefusal) {
    divideBytes(sets)
    var trie = Trie(symbols: Self.maximumSymbols)
    for (set, literals) in sets.enumerated() {
      for literal in literals {
        trie.insert(symbols(of: literal), set: UInt16(truncatingIfNeeded: set))
      }
    }
    guard sets.count <= 1 << 16 else { throw .tablesTooLarge }
    trie.complete(blank: Int(symbolMap[0x20]))
    try layOut(trie)
  }

  private func symbols(of literal: [UInt8]) -> [Int] {
    let blank = Int(symbolMap[0x20])
    return literal.reduce(into: []) { symbols, byte in
      let symbol = Int(symbolMap[Int(byte)])
      if symbol != blank || symbols.last != blank { symbols.append(symbol) }
    }
  }

  /// Symbol 0 is every byte that no literal holds.
  private mutating func divideBytes(_ sets: [[[UInt8]]]) {
    var uses = [Int](repeating: 0, count: 256)
    for literals in sets {
      for literal in literals {
        for byte in literal { uses[Int(LiteralSet.fold(byte))] += 1 }
      }
    }
    let used = (0..<256).filter { uses[$0] > 0 }
    if used.count < Self.maximumSymbols {
      for (rank, byte) in used.enumerated() { symbolMap[byte] = UInt8(rank + 1) }
    } else {
      divideManyBytes(used, uses)
    }
    for letter in 0x61...0x7A { symbolMap[letter - 0x20] = symbolMap[letter] }
    for byte in LiteralSet.whiteSpace { symbolMap[Int(byte)] = symbolMap[0x20] }
  }

  /// Bytes share symbols where that makes the fewest false hits (a superset of hits is sound): those beyond ASCII among
  /// themselves, by their upper half, except the one that literals hold most; in ASCII those that are rarest in benign text.
  private mutating func divideManyBytes(_ used: [Int], _ uses: [Int]) {
    let high = used.filter { $0 >= 0x80 }
    var last = 0
    if let favourite = high.max(by: { (uses[$0], $1) < (uses[$1], $0) }) {
      last += 1
      symbolMap[favourite] = UInt8(last)
      for half in 0x8...0xF {
        let group = high.filter { $0 >> 4 == half && $0 != favourite }
        if group.isEmpty { continue }
        last += 1
        for byte in group { symbolMap[byte] = UInt8(last) }
      }
    }
    let frequency = ByteFrequency()
    let counts = used.map { frequency.occurrences(of: [UInt8($0)]) }
    let ranked = used.indices.filter { used[$0] < 0x80 }.sorted { (counts[$0], $1) > (counts[$1], $0) }.map { used[$0] }
    let free = Self.maximumSymbols - 1 - last
    let own = ranked.count <= free ? ranked.count : free - Self.sharedSymbols
    for (rank, byte) in ranked.enumerated() {
      symbolMap[byte] = UInt8(last + 1 + (rank < own ? rank : own + (rank - own) % Self.sharedSymbols))
    }
  }

  private mutating func layOut(_ trie: Trie) throws(PatternRefusal) {
    let stored = (0..<trie.count).map { state in
      (0..<trie.symbols).filter { trie.next(state, $0) != trie.next(trie.next(0, trie.lastSymbols[state]), $0) }
    }
    let order = (1..<max(1, trie.count)).sorted { (stored[$1].count, $0) < (stored[$0].count, $1) }
    var packing = RowPacking(width: trie.symbols)
    var offsets = [Int](repeating: 0, count: trie.count)
    for state in order { offsets[state] = packing.place(stored[state]) }
    guard packing.isTaken.count <= Int(LiteralEntry.stateMask), trie.count <= 1 << 16 else { throw .tablesTooLarge }

    func encode(_ target: Int) -> UInt32 {
      UInt32(offsets[target]) | (trie.sets[target].isEmpty ? 0 : LiteralEntry.reportBit)
    }
    entries = Array(repeating: LiteralEntry.noSymbol << LiteralEntry.symbolShift, count: packing.isTaken.count)
    for state in order {
      for symbol in stored[state] {
        entries[offsets[state] + symbol] =
          encode(trie.next(state, symbol)) | UInt32(symbol) << LiteralEntry.symbolShift
      }
    }
    pairs = (0..<trie.symbols).flatMap { previous in
      (0..<trie.symbols).map { encode(trie.next(trie.next(0, previous), $0)) | LiteralEntry.commonBit }
    }
    numberReports(trie, offsets)
  }

  /// States that report the same sets share a list.
  private mutating func numberReports(_ trie: Trie, _ offsets: [Int]) {
    var numbers: [[UInt16]: UInt16] = [[]: 0]
    reportOfState = Array(repeating: 0, count: entries.count)
    for state in 0..<trie.count {
      let sets = trie.sets[state].sorted()
      if let known = numbers[sets] {
        reportOfState[offsets[state]] = known
      } else {
        let number = UInt16(reports.count)
        numbers[sets] = number
        reports.append(sets)
        reportOfState[offsets[state]] = number
      }
    }
  }
}

/// The parts of a transition of the literal scan. They are laid out so that the choice between a state's own transition and the common one
/// is a minimum, not an unpredictable branch: with its owner's symbol taken away an own transition is below every common one, and
/// any other is above.
enum LiteralEntry {
  static let symbolBits = 6
  static let stateMask: UInt32 = (1 << 21) - 1
  /// The target ends a literal.
  static let reportBit: UInt32 = 1 << 21
  /// Set in `pairs` only.
  static let commonBit: UInt32 = 1 << 22
  static let symbolShift: UInt32 = 23
  /// The symbol of an entry that belongs to nobody.
  static let noSymbol: UInt32 = 0x1FF
}

private struct Trie {
  let symbols: Int
  /// `[state][symbol]`; 0, the root, also means none until the trie is complete.
  private var transitions: [Int]
  private(set) var sets: [Set<UInt16>] = [[]]
  /// By state: the symbol that leads to it.
  private(set) var lastSymbols = [0]

  var count: Int { sets.count }

  init(symbols: Int) {
    self.symbols = symbols
    transitions = [Int](repeating: 0, count: symbols)
  }

  func next(_ state: Int, _ symbol: Int) -> Int { transitions[state * symbols + symbol] }

  mutating func insert(_ word: [Int], set: UInt16) {
    var state = 0
    for symbol in word {
      if transitions[state * symbols + symbol] == 0 {
        transitions[state * symbols + symbol] = count
        transitions.append(contentsOf: repeatElement(0, count: symbols))
        sets.append([])
        lastSymbols.append(symbol)
      }
      state = transitions[state * symbols + symbol]
    }
    sets[state].insert(set)
  }

  /// Adds the failure transitions, breadth first, and those that stay at a blank.
  mutating func complete(blank: Int) {
    var failure = [Int](repeating: 0, count: count)
    var queue = (0..<symbols).map { transitions[$0] }.filter { $0 != 0 }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      sets[state].formUnion(sets[failure[state]])
      for symbol in 0..<symbols {
        let inherited = transitions[failure[state] * symbols + symbol]
        let child = transitions[state * symbols + symbol]
        if symbol == blank, lastSymbols[state] == blank {
          transitions[state * symbols + symbol] = state
        } else if child == 0 {
          transitions[state * symbols + symbol] = inherited
        } else {
          failure[child] = inherited
          queue.append(child)
        }
      }
    }
  }
}
