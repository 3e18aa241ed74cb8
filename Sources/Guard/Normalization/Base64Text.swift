/// A readable text at the beginning of a base64 run and its continuation on the following lines.
///
/// Costs no more than what it reads, or 48 bytes when that is nothing: a run may be tried from many places.
struct Base64Text {
  /// Valid UTF-8.
  let decoded: [UInt8]
  /// Where the text ends in the source.
  let end: Int

  /// What the first bytes must show.
  private static let window = 48

  /// - Parameters:
  ///   - lineEnd: the end of the run on its first line, without padding.
  ///   - isWhole: nothing of the alphabet stands before `start`.
  init?(_ text: UnsafeRawBufferPointer, from start: Int, lineEnd: Int, isWhole: Bool) {
    var reader = Base64Reader(text, from: start, lineEnd: lineEnd)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.window)
    reader.read(Self.window, into: &bytes)
    if bytes.contains(0), UTF16Text.utf8(littleEndian: bytes) != nil {
      guard let found = Self.utf16(&reader, bytes) else { return nil }
      self = found
      return
    }
    guard var prefix = Plausibility.textPrefix(bytes, isWhole: isWhole && reader.isAtEnd) else { return nil }
    // As long as it goes on; a sequence may be cut at the end of a piece.
    while !reader.isAtEnd, prefix + 3 >= bytes.count {
      reader.read(bytes.count, into: &bytes)
      let more = bytes.withUnsafeBytes { Plausibility.printablePrefix(UnsafeRawBufferPointer(rebasing: $0[prefix...])) }
      if more == 0 { break }
      prefix += more
    }
    if !reader.isAtEnd || prefix + 2 < bytes.count {
      var again = Base64Reader(text, from: start, lineEnd: lineEnd)
      var ignored: [UInt8] = []
      again.read(prefix, into: &ignored)
      reader = again
    }
    bytes.removeSubrange(prefix...)
    self.init(decoded: bytes, end: reader.index)
  }

  static func beginsCompressed(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
    // "H4sI" begins every gzip member, "eA", "eF", "eJ" or "eN" a zlib stream.
    guard end - start >= 16, text[start] == 0x48 || text[start] == 0x65 else { return false }
    var reader = Base64Reader(text, from: start, lineEnd: end)
    var bytes: [UInt8] = []
    reader.read(3, into: &bytes)
    return CompressedText.begins(bytes)
  }

  /// A text that was compressed first: the whole run and its lines, whatever is in them.
  init?(compressed text: UnsafeRawBufferPointer, from start: Int, lineEnd: Int) {
    var reader = Base64Reader(text, from: start, lineEnd: lineEnd)
    var bytes: [UInt8] = []
    while !reader.isAtEnd { reader.read(max(Self.window, bytes.count), into: &bytes) }
    guard let decoded = CompressedText.decode(bytes, limit: EncodedRun.inflated(bytes.count)) else { return nil }
    self.init(decoded: decoded, end: reader.index)
  }

  private init(decoded: [UInt8], end: Int) {
    self.decoded = decoded
    self.end = end
  }

  /// UTF-16 is taken up to the first piece that is none.
  private static func utf16(_ reader: inout Base64Reader, _ first: [UInt8]) -> Base64Text? {
    var result: [UInt8] = []
    var bytes = first
    var end = reader.index
    while !bytes.isEmpty, let piece = UTF16Text.utf8(littleEndian: bytes, minimum: 2),
      Plausibility.printablePrefix(piece) == piece.count
    {
      result.append(contentsOf: piece)
      end = reader.index
      bytes.removeAll(keepingCapacity: true)
      reader.read(window, into: &bytes)
    }
    return Plausibility.isText(result[...]) ? Base64Text(decoded: result, end: end) : nil
  }
}

/// Decodes a base64 run piece by piece, line by line (RFC 2045 wraps at 76, PEM at 64).
private struct Base64Reader {
  private let text: UnsafeRawBufferPointer
  private var lineStart: Int
  private var lineEnd: Int
  private var bits: UInt32 = 0
  private var bitCount = 0
  /// The next character to be read; at the end of a line, its end.
  private(set) var index: Int
  private(set) var isAtEnd = false

  init(_ text: UnsafeRawBufferPointer, from start: Int, lineEnd: Int) {
    self.text = text
    self.lineEnd = lineEnd
    lineStart = start
    index = start
  }

  /// Appends at most `count` bytes; fewer only at the end.
  mutating func read(_ count: Int, into bytes: inout [UInt8]) {
    let wanted = bytes.count + count
    while bytes.count < wanted, !isAtEnd {
      if index == lineEnd {
        nextLine()
        continue
      }
      bits = bits << 6 | UInt32(EncodedRun.sextet(text[index]))
      bitCount += 6
      index += 1
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    // So that `isAtEnd` is right when the last byte was just read.
    if index == lineEnd, !isAtEnd { nextLine() }
  }

  private static let shortestLine = 20
  /// A longer line continues none.
  private static let longestLine = 1024

  private mutating func nextLine() {
    guard lineEnd - lineStart >= Self.shortestLine, let next = Self.nextLine(text, after: lineEnd) else {
      isAtEnd = true
      return
    }
    lineStart = next.lowerBound
    index = lineStart
    lineEnd = next.upperBound
  }

  /// The run on the next line, when it fills the line: up to a closing quotation mark or tag, or, after padding, whatever
  /// follows.
  private static func nextLine(_ text: UnsafeRawBufferPointer, after end: Int) -> Range<Int>? {
    var index = end
    if index < text.count, text[index] == 0x0D { index += 1 }
    guard index < text.count, text[index] == 0x0A else { return nil }
    index += 1
    var margin = 0
    while index < text.count, margin < 16, text[index] == 0x20 || text[index] == 0x09 || text[index] == 0x3E {
      index += 1
      margin += 1
    }
    let start = index
    while index < text.count, EncodedRun.isMember(text[index]) {
      index += 1
      if index - start > longestLine { return nil }
    }
    let runEnd = index
    while index < text.count, text[index] == 0x3D { index += 1 }
    if index > runEnd { return runEnd - start >= 2 ? start..<runEnd : nil }
    guard runEnd - start >= 4, index == text.count || isLineEnd(text[index]) else { return nil }
    return start..<runEnd
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x0A, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ")"):
      true
    default: false
    }
  }
}
