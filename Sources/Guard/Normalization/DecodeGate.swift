/// One pass over a text that says which decoders may find anything in it. Built like `FoldGate`; where a block could hold an
/// encoded run or a list, a second look decides.
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

  static func reasons(_ text: UnsafeRawBufferPointer) -> Reasons {
    var found: Reasons = []
    // Up to here runs and lists have been looked at.
    var runEnd = 0
    var listEnd = 0
    var index = 0
    NeighbourScan.run(text) { p, count in
      let seen = Reasons(rawValue: scan(p, count))
      found.formUnion(seen.intersection([.inPlace, .rotated]))
      let end = min(index + count, text.count)
      if seen.contains(.run), !found.contains(.run), hasRun(text, index..<end, &runEnd) { found.insert(.run) }
      if seen.contains(.list), !found.contains(.list), hasList(text, index..<end, &listEnd) { found.insert(.list) }
      index = end
      return true
    }
    return found
  }

  private static func scan(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt8 {
    var inPlace: UInt8 = 0
    var run: UInt8 = 0
    var list: UInt8 = 0
    var rotated: UInt8 = 0
    for i in 0..<count {
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
      inPlace |= percent | reference | escape | quoted

      // What encoded runs have and words have not: a capital after a small letter, digits among letters, padding.
      let capital = range(a, 0x61, 0x7A) & range(b, 0x41, 0x5A)
      let padding = letterA & equal(b, 0x3D) & equal(c, 0x3D)
      run |= capital | (letterA & digitB) | (digitA & letterB) | padding

      let separator = equal(c, 0x20) | range(c, 0x2C, 0x2D) | range(c, 0x3A, 0x3B) | equal(c, 0x0A)
      list |= digitA & hexB & separator

      // "rot13"; "vafgehpgvba", "vtaber" (instruction, ignore in rot13); "noitcurtsni", "erongi" (reversed).
      let lowerA = a | 0x20
      let lowerC = c | 0x20
      let lowerD = d | 0x20
      let rot = equal(lowerA, 0x72) & equal(lowerC, 0x74) & (equal(d, 0x31) | equal(d, 0x2D))
      let rotated13 = equal(lowerA, 0x76) & ((equal(lowerB, 0x61) & equal(lowerD, 0x67)) | equal(lowerB, 0x74))
      let tcur = equal(lowerA, 0x74) & equal(lowerB, 0x63) & equal(lowerD, 0x72)
      let ongi = equal(lowerA, 0x6F) & equal(lowerC, 0x67) & equal(lowerD, 0x69)
      rotated |= rot | rotated13 | tcur | ongi
    }
    return inPlace | run << 1 | list << 2 | rotated << 3
  }

  /// Whether a run that may be an encoding begins or ends in the block.
  private static func hasRun(_ text: UnsafeRawBufferPointer, _ block: Range<Int>, _ seen: inout Int) -> Bool {
    var index = max(block.lowerBound, seen)
    while index < block.upperBound {
      guard EncodedRun.isMember(text[index]) else {
        index += 1
        continue
      }
      let run = EncodedRun(text, around: index)
      index = run.end
      seen = index
      if run.isCandidate { return true }
    }
    return false
  }

  private static func hasList(_ text: UnsafeRawBufferPointer, _ block: Range<Int>, _ seen: inout Int) -> Bool {
    var index = max(block.lowerBound, seen)
    while index < block.upperBound {
      guard NumberList.startsItem(text, index) else {
        index += 1
        continue
      }
      let list = NumberList(text, from: index)
      index = max(list.end, index + 1)
      seen = index
      if list.isCandidate { return true }
    }
    return false
  }
}
