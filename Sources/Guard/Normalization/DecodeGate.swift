/// One pass over a text that says where which decoder may find anything. Built like `FoldGate`.
enum DecodeGate {
  struct Reasons: OptionSet {
    let rawValue: UInt8
    /// Percent-encoding, character references, backslash escapes, quoted-printable.
    static let inPlace = Reasons(rawValue: 1)
    /// A run of base64, base32 or hexadecimal.
    static let run = Reasons(rawValue: 2)
    /// A list of numbers.
    static let list = Reasons(rawValue: 4)
    /// A marker word of rot13 or of reversed text.
    static let rotated = Reasons(rawValue: 8)
  }

  /// A piece of the text in which something may begin, or go on.
  struct Block {
    var range: Range<Int>
    var reasons: Reasons
  }

  /// The blocks of 64 bytes with a reason, ascending.
  static func blocks(_ text: UnsafeRawBufferPointer) -> [Block] {
    var found: [Block] = []
    var index = 0
    NeighbourScan.run(text) { p, count in
      for start in stride(from: 0, to: count, by: NeighbourScan.unit) {
        let seen = scan(p + start)
        guard seen != 0 else { continue }
        let first = index + start
        found.append(
          Block(range: first..<min(text.count, first + NeighbourScan.unit), reasons: Reasons(rawValue: seen)))
      }
      index += count
      return true
    }
    return found
  }

  @inline(__always)
  private static func scan(_ p: UnsafePointer<UInt8>) -> UInt8 {
    var seen: UInt8 = 0
    for i in 0..<NeighbourScan.unit {
      let a = p[i]
      let b = (p + 1)[i]
      let c = (p + 2)[i]
      let d = (p + 3)[i]
      let lowerB = b | 0x20
      let letterA = letter(a)
      let letterB = letter(b)
      let digitA = digit(a)
      let digitB = digit(b)
      let hexB = digitB | range(lowerB, 0x61, 0x66)
      let hexC = digit(c) | range(c | 0x20, 0x61, 0x66)

      let percent = equal(a, 0x25) & ((hexB & hexC) | equal(lowerB, 0x75))
      let reference = equal(a, 0x26) & (equal(b, 0x23) | letterB)
      // \x \u \U \0–\3 with digits behind; \n \t \r before a letter; \/.
      let numeric = (equal(lowerB, 0x78) | equal(lowerB, 0x75) | digitB) & (hexC | equal(c, 0x7B))
      let control = (equal(b, 0x6E) | equal(b, 0x74) | equal(b, 0x72)) & letter(c)
      let escape = equal(a, 0x5C) & (numeric | control | equal(b, 0x2F))
      let quoted = equal(a, 0x3D) & hexB & hexC
      let inPlace = percent | reference | escape | quoted

      // What encoded runs have and words have not: a capital after a small letter, digits among letters, padding.
      let capital = range(a, 0x61, 0x7A) & range(b, 0x41, 0x5A)
      let padding = letterA & equal(b, 0x3D) & equal(c, 0x3D)
      let run = capital | (letterA & digitB) | (digitA & letterB) | padding

      let separator = equal(c, 0x20) | range(c, 0x2C, 0x2D) | range(c, 0x3A, 0x3B) | equal(c, 0x0A)
      let list = digitA & hexB & separator

      // "rot13"; "vafgehpgvba", "vtaber" (instruction, ignore in rot13); "noitcurtsni", "erongi" (reversed).
      let lowerA = a | 0x20
      let lowerC = c | 0x20
      let lowerD = d | 0x20
      let rot = equal(lowerA, 0x72) & equal(lowerC, 0x74) & (equal(d, 0x31) | equal(d, 0x2D))
      let rotated13 = equal(lowerA, 0x76) & ((equal(lowerB, 0x61) & equal(lowerD, 0x67)) | equal(lowerB, 0x74))
      let tcur = equal(lowerA, 0x74) & equal(lowerB, 0x63) & equal(lowerD, 0x72)
      let ongi = equal(lowerA, 0x6F) & equal(lowerC, 0x67) & equal(lowerD, 0x69)
      let rotated = rot | rotated13 | tcur | ongi
      seen |= inPlace | run << 1
      seen |= list << 2 | rotated << 3
    }
    return seen
  }
}
