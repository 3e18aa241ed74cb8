/// Encodings that stand in the middle of other text: percent-encoding (RFC 3986), HTML character references, backslash
/// escapes of C, JSON, JavaScript and Python, quoted-printable (RFC 2045). All are undone in one pass, once.
struct InPlaceDecoding {
  /// Context around a change, in bytes.
  private static let context = 512
  private static let wholeLimit = 4096

  static func decode(_ text: UnsafeRawBufferPointer, _ deliver: Deliver) {
    var pass = InPlaceDecoding(text)
    pass.run(deliver)
  }

  private let text: UnsafeRawBufferPointer
  private var output: [UInt8] = []
  /// Where the passage in `output` begins, and up to where the text has been copied to it.
  private var pieceStart = 0
  private var copied = 0
  private var lastChange = -1
  private var isOpen = false
  /// False while what was decoded would not change what anybody reads, as `&amp;`.
  private var matters = false
  /// The end of the Windows path read last: `\n` in `C:\new` ends no line.
  private var pathEnd = 0

  private init(_ text: UnsafeRawBufferPointer) { self.text = text }

  private mutating func run(_ deliver: Deliver) {
    var index = 0
    while true {
      index = Self.nextBeginning(in: text, from: index)
      if index == text.count { break }
      if text[index] == UInt8(ascii: "\\"), index >= pathEnd { pathEnd = WindowsPath.end(text, at: index) }
      guard let decoded = unit(at: index), index >= pathEnd || !decoded.isControl || beginsSentence(index + 2) else {
        index += 1
        continue
      }
      if isOpen, text.count > Self.wholeLimit, index - lastChange > 2 * Self.context { close(deliver) }
      if !isOpen { open(at: index) }
      output.append(contentsOf: text[copied..<index])
      decoded.append(to: &output)
      matters = matters || decoded.matters
      index += decoded.length
      copied = index
      lastChange = index
    }
    if isOpen { close(deliver) }
  }

  /// A capital behind `\n` is a word and no name: no path may hide it.
  private func beginsSentence(_ index: Int) -> Bool { index < text.count && text[index].isASCIIUpper }

  private mutating func open(at index: Int) {
    isOpen = true
    matters = false
    output.removeAll(keepingCapacity: true)
    pieceStart = text.count > Self.wholeLimit ? max(copied, boundary(max(0, index - Self.context))) : 0
    copied = pieceStart
  }

  private mutating func close(_ deliver: Deliver) {
    let end = text.count > Self.wholeLimit ? boundary(min(text.count, lastChange + Self.context)) : text.count
    output.append(contentsOf: text[copied..<max(end, copied)])
    if matters { deliver(pieceStart..<max(end, copied), .inPlace, UTF8Sequence.repaired(output)) }
    copied = lastChange
    isOpen = false
  }

  /// The start of the scalar at or before an offset.
  private func boundary(_ offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < text.count, text[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  struct Unit {
    var length: Int
    /// A scalar, or one byte of a UTF-8 sequence.
    var value: UInt32
    var isByte = false
    var matters = true

    /// A line end or a tab.
    var isControl: Bool { value < 0x20 && length == 2 }

    func append(to output: inout [UInt8]) {
      if isByte {
        output.append(UInt8(truncatingIfNeeded: value))
      } else {
        output.append(scalar: value < 0xD800 || (value > 0xDFFF && value < 0x110000) ? value : 0xFFFD)
      }
    }
  }

  /// The next byte with which something encoded may begin, or the end. Eight bytes a step.
  private static func nextBeginning(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    while index + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // Bytes that are zero after the exclusive or, and perhaps others behind them.
      @inline(__always) func holds(_ byte: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference
      }
      let found = holds(0x25) | holds(0x26) | holds(0x2B) | holds(0x3D) | holds(0x5C)
      if found & 0x8080_8080_8080_8080 != 0 { break }
      index += 8
    }
    while index < text.count, !mayBegin(text[index]) { index += 1 }
    return index
  }

  /// `% & + = \\`
  @inline(__always)
  private static func mayBegin(_ byte: UInt8) -> Bool {
    // 0x25, 0x26, 0x2B, 0x3D and 0x5C as bits.
    let low: UInt64 = 1 << 0x25 | 1 << 0x26 | 1 << 0x2B | 1 << 0x3D
    return byte < 64 ? low >> UInt64(byte) & 1 != 0 : byte == UInt8(ascii: "\\")
  }

  @inline(__always)
  private func unit(at index: Int) -> Unit? {
    switch text[index] {
    case UInt8(ascii: "%"): percent(index)
    case UInt8(ascii: "&"): CharacterReference.unit(text, at: index)
    case UInt8(ascii: "\\"): BackslashEscape.unit(text, at: index)
    case UInt8(ascii: "="): quotedPrintable(index)
    case UInt8(ascii: "+"): plus(index)
    default: nil
    }
  }

  private func percent(_ index: Int) -> Unit? {
    if let byte = hexByte(index + 1) { return Unit(length: 3, value: UInt32(byte), isByte: true) }
    // The form of old ECMAScript and IIS: %u0069.
    guard index + 5 < text.count, text[index + 1] | 0x20 == UInt8(ascii: "u"), let high = hexByte(index + 2),
      let low = hexByte(index + 4)
    else { return nil }
    return Unit(length: 6, value: UInt32(high) << 8 | UInt32(low))
  }

  /// In a query a plus sign is a blank; elsewhere it is not ours. Taken between letters, near percent-encoding.
  private func plus(_ index: Int) -> Unit? {
    guard isOpen, index > 0, index + 1 < text.count, index - lastChange < 64 else { return nil }
    guard text[index - 1].isASCIILetter, text[index + 1].isASCIILetter else { return nil }
    return Unit(length: 1, value: 0x20, matters: false)
  }

  /// Only in chains, since `a=BE` is also how parameters look.
  private func quotedPrintable(_ index: Int) -> Unit? {
    if let byte = hexByte(index + 1) {
      let isChain = isMark(index + 3) && hexByte(index + 4) != nil || isMark(index - 3) && hexByte(index - 2) != nil
      return isChain && byte >= 0x09 ? Unit(length: 3, value: UInt32(byte), isByte: true) : nil
    }
    return nil
  }

  private func isMark(_ index: Int) -> Bool { index >= 0 && index < text.count && text[index] == 0x3D }

  private func hexByte(_ index: Int) -> UInt8? {
    guard index >= 0, index + 1 < text.count, let high = text[index].hexValue, let low = text[index + 1].hexValue else {
      return nil
    }
    return high << 4 | low
  }
}
