/// Rot13 and text written from back to front, tried where a marker word suggests it.
enum RotatedText {
  static func decode(_ text: UnsafeRawBufferPointer, _ blocks: [DecodeGate.Block], _ deliver: Deliver) {
    var isRot13 = false
    var isReversed = false
    for block in blocks where block.reasons.contains(.rotated) && !(isRot13 && isReversed) {
      // The gate looks at the middle of a word.
      for index in max(0, block.range.lowerBound - 2)..<block.range.upperBound {
        switch text[index] | 0x20 {
        case UInt8(ascii: "r"): isRot13 = isRot13 || has("rot13", text, index) || has("rot-13", text, index)
        case UInt8(ascii: "v"): isRot13 = isRot13 || has("vafgehpg", text, index) || has("vtaber", text, index)
        case UInt8(ascii: "t"): isReversed = isReversed || has("tcurtsni", text, index)
        case UInt8(ascii: "e"): isReversed = isReversed || has("erongi", text, index)
        default: break
        }
      }
    }
    if isRot13 { deliver(0..<text.count, .rot13, text.map(rotated)) }
    if isReversed { deliver(0..<text.count, .reversed, reversed(text)) }
  }

  private static func has(_ word: StaticString, _ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index + length <= text.count else { return false }
    for offset in 0..<length {
      let byte = text[index + offset]
      if (byte.isASCIIUpper ? byte | 0x20 : byte) != word.utf8Start[offset] { return false }
    }
    return true
  }

  private static func rotated(_ byte: UInt8) -> UInt8 {
    guard byte.isASCIILetter else { return byte }
    let base: UInt8 = byte.isASCIIUpper ? 0x41 : 0x61
    return (byte - base + 13) % 26 + base
  }

  private static func reversed(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var end = text.count
    while end > 0 {
      var start = end - 1
      while start > 0, end - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
      result.append(contentsOf: text[start..<end])
      end = start
    }
    return result
  }
}
