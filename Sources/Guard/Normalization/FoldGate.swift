/// One pass over a text that says which folding passes may find anything in it.
///
/// Each condition looks at a byte and its next four neighbours. It may say yes for nothing (`v2` is a reason to
/// look for leetspeak), never no for something.
enum FoldGate {
  struct Reasons: OptionSet {
    let rawValue: UInt8
    /// A byte beyond ASCII, or a control character.
    static let nonASCII = Reasons(rawValue: 1)
    /// A mark, tag or quote pair right after a letter and not followed by a blank.
    static let markup = Reasons(rawValue: 2)
    /// Two single letters in a row, each between other characters.
    static let spacing = Reasons(rawValue: 4)
    /// A letter next to a digit, or `@ $ !` between letters.
    static let leet = Reasons(rawValue: 8)
    /// Three blanks after a letter (the pass wants four).
    static let gap = Reasons(rawValue: 16)
  }

  static func reasons(_ text: UnsafeRawBufferPointer) -> Reasons {
    var seen: UInt8 = 0
    NeighbourScan.run(text) { p, count in
      for start in stride(from: 0, to: count, by: block) { seen |= scan(p + start) }
      return true
    }
    return Reasons(rawValue: seen)
  }

  /// A block of the text with a reason of its own.
  static let block = NeighbourScan.unit

  /// The reasons of every block of 64 bytes. They may be about a word that goes on in the next.
  static func blockReasons(_ text: UnsafeRawBufferPointer, into reasons: inout [UInt8]) {
    reasons.removeAll(keepingCapacity: reasons.capacity <= 1 << 16)
    reasons.reserveCapacity(text.count / block + 1)
    NeighbourScan.run(text) { p, count in
      for start in stride(from: 0, to: count, by: block) { reasons.append(scan(p + start)) }
      return true
    }
  }

  /// No branches and only byte arithmetic, so that the compiler makes vector code of it, 16 bytes a step. (`SIMD16` with
  /// its masks is 300 times slower: its comparisons are not specialised.)
  @inline(__always)
  private static func scan(_ p: UnsafePointer<UInt8>) -> UInt8 {
    var seen: UInt8 = 0
    for i in 0..<block {
      let a = p[i]
      let b = (p + 1)[i]
      let c = (p + 2)[i]
      let d = (p + 3)[i]
      let e = (p + 4)[i]
      let letterA = letter(a)
      let letterB = letter(b)
      let letterC = letter(c)

      // 0x09–0x0D are white space; 0x00–0x08, 0x0E–0x1F, 0x7F and up are not ordinary.
      let nonASCII = 1 ^ (range(a, 0x20, 0x7E) | range(a, 0x09, 0x0D))

      let emphasis = equal(b, 0x2A) | equal(b, 0x7E) | equal(b, 0x60) | equal(b, 0x5E) | equal(b, 0x5C)
      // Anything but a blank or line end may be more of the same.
      let wordGoesOn = 1 ^ (equal(c, 0x20) | equal(c, 0x0A))
      let quotePair = (equal(b, 0x27) | equal(b, 0x22)) & equal(b ^ c, 0)
      let shell = equal(b, 0x24) & (equal(c, 0x7B) | equal(c, 0x49) | equal(c, 0x40))
      let markup = letterA & ((emphasis & wordGoesOn) | quotePair | equal(b, 0x3C) | shell)

      let spacing = letterB & letter(d) & (1 ^ (letterA | letterC | letter(e)))

      let symbol = equal(b, 0x40) | equal(b, 0x24) | equal(b, 0x21)
      let leet = (letterA & digit(b)) | (digit(a) & letterB) | (letterA & symbol & letterC)

      let gap = letterA & blank(b) & blank(c) & blank(d)

      seen |= nonASCII | markup << 1
      seen |= spacing << 2 | leet << 3 | gap << 4
    }
    return seen
  }
}

// Byte predicates with 0 and 1 for no and yes. A Bool is such a byte already; `? 1 : 0` would come out as a branch and spoil the
// vector code.
@inline(__always) private func bit(_ condition: Bool) -> UInt8 { unsafeBitCast(condition, to: UInt8.self) }
@inline(__always) func equal(_ x: UInt8, _ y: UInt8) -> UInt8 { bit(x == y) }
@inline(__always) func range(_ x: UInt8, _ low: UInt8, _ high: UInt8) -> UInt8 { bit(x &- low <= high &- low) }
@inline(__always) func letter(_ x: UInt8) -> UInt8 { range(x | 0x20, 0x61, 0x7A) }
@inline(__always) func digit(_ x: UInt8) -> UInt8 { range(x, 0x30, 0x39) }
@inline(__always) func blank(_ x: UInt8) -> UInt8 { equal(x, 0x20) | equal(x, 0x09) }
