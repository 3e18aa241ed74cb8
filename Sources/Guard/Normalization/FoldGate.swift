/// One pass over a text that says which folding passes may find anything in it.
///
/// 16 bytes a step and no branches in between; each condition looks at a byte and its next four neighbours.
/// It may say yes for nothing (`v2` is a reason to look for leetspeak), never no for something.
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
    /// Four blanks after a letter.
    static let gap = Reasons(rawValue: 16)
  }

  static func reasons(_ text: UnsafeRawBufferPointer) -> Reasons {
    guard let base = text.baseAddress, !text.isEmpty else { return [] }
    var seen = Accumulator()
    // Each step reads 16 bytes and the 4 after them.
    var index = 0
    while index + 20 <= text.count {
      seen.step(base + index)
      index += 16
    }
    // The rest, and a margin of line feeds that start nothing.
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { tail in
      tail.initializeMemory(as: UInt8.self, repeating: 0x0A)
      tail.copyMemory(from: UnsafeRawBufferPointer(rebasing: text[index...]))
      guard let start = tail.baseAddress else { return }
      seen.step(start)
      seen.step(start + 16)
    }
    return seen.reasons
  }

  private typealias Block = SIMD16<UInt8>
  private typealias Mask = SIMDMask<SIMD16<Int8>>

  private struct Accumulator {
    private var nonASCII = Mask(repeating: false)
    private var markup = Mask(repeating: false)
    private var spacing = Mask(repeating: false)
    private var leet = Mask(repeating: false)
    private var gap = Mask(repeating: false)

    @inline(__always)
    mutating func step(_ p: UnsafeRawPointer) {
      let a = p.loadUnaligned(as: Block.self)
      let b = (p + 1).loadUnaligned(as: Block.self)
      let c = (p + 2).loadUnaligned(as: Block.self)
      let d = (p + 3).loadUnaligned(as: Block.self)
      let e = (p + 4).loadUnaligned(as: Block.self)
      let letterA = isLetter(a)
      let letterB = isLetter(b)
      let letterC = isLetter(c)

      // 0x09–0x0D are white space; 0x00–0x08, 0x0E–0x1F, 0x7F and up are not ordinary.
      let ordinary = ((a &- 0x20) .< 0x5F) .| ((a &- 9) .< 5)
      nonASCII = nonASCII .| .!ordinary

      let emphasis = (b .== 0x2A) .| (b .== 0x7E) .| (b .== 0x60) .| (b .== 0x5E) .| (b .== 0x5C)
      let wordGoesOn = letterC .| ((c .!= 0x20) .& (c .!= 0x0A) .& isNoise(c))
      let quotePair = ((b .== 0x27) .| (b .== 0x22)) .& (b .== c)
      let tag = b .== 0x3C
      let shell = (b .== 0x24) .& ((c .== 0x7B) .| (c .== 0x49) .| (c .== 0x40))
      markup = markup .| (letterA .& ((emphasis .& wordGoesOn) .| quotePair .| tag .| shell))

      let single = .!letterA .& letterB .& .!letterC
      spacing = spacing .| (single .& isLetter(d) .& .!isLetter(e))

      let digitA = isDigit(a)
      let digitB = isDigit(b)
      let symbol = (b .== 0x40) .| (b .== 0x24) .| (b .== 0x21)
      leet = leet .| (letterA .& digitB) .| (digitA .& letterB) .| (letterA .& symbol .& letterC)

      gap = gap .| (letterA .& isBlank(b) .& isBlank(c) .& isBlank(d) .& isBlank(e))
    }

    @inline(__always) private func isLetter(_ x: Block) -> Mask { ((x | 0x20) &- 0x61) .< 26 }
    @inline(__always) private func isDigit(_ x: Block) -> Mask { (x &- 0x30) .< 10 }
    @inline(__always) private func isBlank(_ x: Block) -> Mask { (x .== 0x20) .| (x .== 0x09) }
    @inline(__always) private func isNoise(_ x: Block) -> Mask {
      (x .== 0x2A) .| (x .== 0x7E) .| (x .== 0x60) .| (x .== 0x5E) .| (x .== 0x5C) .| (x .== 0x3C) .| (x .> 0x7F)
    }

    var reasons: Reasons {
      var result: Reasons = []
      if any(nonASCII) { result.insert(.nonASCII) }
      if any(markup) { result.insert(.markup) }
      if any(spacing) { result.insert(.spacing) }
      if any(leet) { result.insert(.leet) }
      if any(gap) { result.insert(.gap) }
      return result
    }
  }
}
