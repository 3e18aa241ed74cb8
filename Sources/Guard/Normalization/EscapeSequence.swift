/// A terminal control sequence (ECMA-48): how long it is and what it does to the text around it.
struct EscapeSequence {
  let length: Int
  /// SGR 8: the text after it is not shown.
  let conceals: Bool
  /// Anything but a change of colour or style.
  let movesCursor: Bool

  /// - Parameter introducer: 1 for ESC, 2 for the UTF-8 form of U+009B, which is CSI itself.
  init(_ text: UnsafeRawBufferPointer, at index: Int, introducer: Int) {
    var end = index + introducer
    if introducer == 1 {
      guard end < text.count else {
        self.init(length: 1)
        return
      }
      switch text[end] {
      case 0x5B:  // [
        end += 1
      case 0x5D, 0x50, 0x58, 0x5E, 0x5F:  // ] P X ^ _
        self.init(length: Self.stringEnd(text, from: end + 1) - index)
        return
      case 0x20...0x2F:
        // One intermediate byte and a final one. Any other byte belongs to the text, perhaps to a longer character.
        let hasFinal = end + 1 < text.count && (0x30...0x7E).contains(text[end + 1])
        self.init(length: hasFinal ? 3 : 2)
        return
      case 0x30...0x7E:
        self.init(length: 2)
        return
      default:
        self.init(length: 1)
        return
      }
    }
    let parameters = end
    while end < text.count, end - parameters < 64, (0x20...0x3F).contains(text[end]) { end += 1 }
    guard end < text.count, (0x40...0x7E).contains(text[end]) else {
      self.init(length: end - index)
      return
    }
    let isStyle = text[end] == 0x6D
    self.init(
      length: end + 1 - index, conceals: isStyle && Self.hasParameter(8, text, parameters..<end), movesCursor: !isStyle)
  }

  private init(length: Int, conceals: Bool = false, movesCursor: Bool = false) {
    self.length = length
    self.conceals = conceals
    self.movesCursor = movesCursor
  }

  /// The end of a command string: BEL or ESC \ within 256 bytes of the line. Without one only the introducer counts, so that an
  /// open string cannot swallow the text.
  private static func stringEnd(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index < text.count, index - start < 256, text[index] != 0x0A {
      if text[index] == 0x07 { return index + 1 }
      if text[index] == 0x1B { return index + 1 < text.count && text[index + 1] == 0x5C ? index + 2 : start }
      index += 1
    }
    return start
  }

  private static func hasParameter(_ wanted: Int, _ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var value = 0
    // 38;5;8 is a colour, not a style.
    var isColour = 0
    for index in range.lowerBound...range.upperBound {
      let byte = index < range.upperBound ? text[index] : 0x3B
      if byte.isASCIIDigit {
        value = min(value * 10 + Int(byte - 0x30), 1000)
        continue
      }
      if isColour > 0 {
        isColour = isColour == 2 && value == 2 ? 4 : isColour - 1
        if isColour == 1 && value == 5 { isColour = 1 }
      } else if value == 38 || value == 48 {
        isColour = 2
      } else if value == wanted {
        return true
      }
      value = 0
    }
    return false
  }
}
