/// A run of characters of the base64 alphabets, and what it may be: base64 (standard, URL-safe, wrapped over
/// lines), base32 or hexadecimal.
struct EncodedRun {
  let start: Int
  /// The end without padding.
  let end: Int
  private let hasUpper: Bool
  private let hasLower: Bool
  private let hasDigit: Bool
  private let padding: Int

  @inline(__always)
  static func isMember(_ byte: UInt8) -> Bool {
    // Letters, digits, + - / _
    ASCIISet(low: 0x03FF_A800_0000_0000, high: 0x07FF_FFFE_87FF_FFFE).contains(byte)
  }

  init(_ text: UnsafeRawBufferPointer, from start: Int) {
    var end = start
    var seen: UInt8 = 0
    while end < text.count {
      let byte = text[end]
      if !Self.isMember(byte) { break }
      seen |= range(byte, 0x41, 0x5A) | range(byte, 0x61, 0x7A) &<< 1 | range(byte, 0x30, 0x39) &<< 2
      end += 1
    }
    self.start = start
    self.end = end
    hasUpper = seen & 1 != 0
    hasLower = seen & 2 != 0
    hasDigit = seen & 4 != 0
    var padding = 0
    while padding < 6, end + padding < text.count, text[end + padding] == 0x3D { padding += 1 }
    self.padding = padding
  }

  /// Words of one case without digits are words.
  var isCandidate: Bool {
    let count = end - start
    return (hasUpper && hasLower && count >= 10) || (hasDigit && count >= 14)
      || (hasUpper && count >= 16 && padding > 0)
  }

  static func decode(_ text: UnsafeRawBufferPointer, _ blocks: [DecodeGate.Block], _ deliver: Deliver) {
    var index = 0
    for block in blocks where block.reasons.contains(.run) {
      var position = max(index, block.range.lowerBound)
      while position < block.range.upperBound {
        guard isMember(text[position]) else {
          position += 1
          continue
        }
        var start = position
        while start > index, isMember(text[start - 1]) { start -= 1 }
        let run = EncodedRun(text, from: start)
        index = run.end
        if run.isCandidate { index = max(index, run.decode(text, deliver)) }
        position = index
      }
    }
  }

  /// Tries the encodings in turn. Returns where to go on, behind what was understood.
  private func decode(_ text: UnsafeRawBufferPointer, _ deliver: Deliver) -> Int {
    if let end = hexadecimal(text, deliver) { return end }
    if hasUpper && hasLower, let end = base64(text, deliver) { return end }
    if hasUpper != hasLower, base32(text, deliver) { return end + padding }
    return end
  }

  // MARK: Hexadecimal

  private func hexadecimal(_ text: UnsafeRawBufferPointer, _ deliver: Deliver) -> Int? {
    var first = start
    if text[first] == 0x30, first + 1 < end, text[first + 1] | 0x20 == 0x78 { first += 2 }
    // Separators and letters before it, as in "id-6967", are no part of it.
    var position = end
    while position > first, text[position - 1].hexValue != nil { position -= 1 }
    guard end - position >= 12, position == first || position - start <= 64 else { return nil }
    if (end - position) % 2 == 1 { position += 1 }
    var bytes: [UInt8] = []
    let isCompressed = Self.beginsCompressed(text, hexadecimal: position)
    for index in stride(from: position, to: end - 1, by: 2) {
      guard let high = text[index].hexValue, let low = text[index + 1].hexValue else { break }
      let byte = high << 4 | low
      // Digests and numbers end here after a byte or two.
      if bytes.count < 6, !isCompressed, byte < 0x20, byte != 0x0A, byte != 0x09, byte != 0x0D { return nil }
      bytes.append(byte)
    }
    guard let decoded = Self.text(in: bytes) else { return nil }
    deliver(position..<end, .hexadecimal, decoded)
    return end
  }

  private static func beginsCompressed(_ text: UnsafeRawBufferPointer, hexadecimal start: Int) -> Bool {
    CompressedText.begins(
      stride(from: start, to: min(start + 6, text.count - 1), by: 2).map {
        (text[$0].hexValue ?? 0) << 4 | (text[$0 + 1].hexValue ?? 0)
      })
  }

  // MARK: Base64

  /// Finds every readable piece of the run, whatever stands before and between.
  private func base64(_ text: UnsafeRawBufferPointer, _ deliver: Deliver) -> Int? {
    var origin = start
    var offset = start
    var attempts = 0
    var compressedTries = 0
    while end - offset >= 10 {
      // Each try may read to the end of the run: a few, so that all of them are linear.
      if compressedTries < 4, Base64Text.beginsCompressed(text, offset, end) {
        compressedTries += 1
        if let found = Base64Text(compressed: text, from: offset, lineEnd: end) {
          deliver(offset..<found.end, .base64, found.decoded)
          return max(end, found.end)
        }
      }
      if Self.beginsWithText(text, offset, end),
        let found = Base64Text(text, from: offset, lineEnd: end, isWhole: offset == start)
      {
        deliver(offset..<found.end, .base64, found.decoded)
        if found.end >= end { return found.end }
        origin = found.end
        offset = origin
        attempts = 0
        continue
      }
      attempts += 1
      // The other three alignments of a long run, then behind each separator: a path or an identifier may stand in front.
      if attempts < 4 && end - origin >= 24 {
        offset += 1
      } else {
        if attempts == 4 { offset = origin }
        while offset < end, text[offset].isASCIIAlphanumeric { offset += 1 }
        offset += 1
      }
    }
    return origin > start ? end : nil
  }

  /// The first bytes are printable, or every second is zero as in UTF-16.
  private static func beginsWithText(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
    var bits: UInt32 = 0
    var count = 0
    var zeros = 0
    var bytes = 0
    var bad = 0
    for index in start..<min(end, start + 12) {
      bits = bits << 6 | UInt32(sextet(text[index]))
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      let byte = UInt8(truncatingIfNeeded: bits >> UInt32(count))
      if byte == 0 {
        if bytes & 1 == 0 { return false }
        zeros += 1
      } else if byte < 0x20 && byte != 0x0A && byte != 0x09 && byte != 0x0D && byte != 0x1B || byte == 0x7F {
        return false
      } else if byte >= 0x80 {
        bad += 1
      }
      bytes += 1
    }
    return zeros == 0 ? bad < bytes : zeros >= bytes / 2 - 1
  }

  // MARK: Base32

  private func base32(_ text: UnsafeRawBufferPointer, _ deliver: Deliver) -> Bool {
    guard end - start >= 16 else { return false }
    var bits: UInt32 = 0
    var count = 0
    var bytes: [UInt8] = []
    for index in start..<end {
      let byte = text[index]
      let value: UInt8
      if byte.isASCIILetter {
        value = (byte | 0x20) - 0x61
      } else if byte >= 0x32, byte <= 0x37 {
        value = byte - 0x32 + 26
      } else {
        return false
      }
      bits = bits << 5 | UInt32(value)
      count += 5
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    guard let decoded = Self.text(in: bytes) else { return false }
    deliver(start..<end, .base32, decoded)
    return true
  }

  // MARK: Shared

  /// How long the text in compressed bytes may be; longer ones use up the budget of whoever asked, and are noticed so.
  static func inflated(_ count: Int) -> Int { 16 * count + 1024 }

  /// The text in decoded bytes: all of them, UTF-16 turned into UTF-8, or a readable beginning of 16 bytes and more.
  private static func text(in bytes: [UInt8]) -> [UInt8]? {
    if CompressedText.begins(bytes) {
      return CompressedText.decode(bytes, limit: Self.inflated(bytes.count))
    }
    if let utf16 = UTF16Text.utf8(littleEndian: bytes) {
      return Plausibility.printablePrefix(utf16) == utf16.count && Plausibility.isText(utf16[...]) ? utf16 : nil
    }
    guard let prefix = Plausibility.textPrefix(bytes, isWhole: true) else { return nil }
    return Array(bytes[..<prefix])
  }

  /// The value of a base64 character of either alphabet (RFC 4648, sections 4 and 5), or 64.
  @inline(__always)
  static func sextet(_ byte: UInt8) -> UInt8 {
    if byte.isASCIIUpper { return byte &- 0x41 }
    if byte.isASCIILower { return byte &- 0x61 &+ 26 }
    if byte.isASCIIDigit { return byte &- 0x30 &+ 52 }
    if byte == 0x2B || byte == 0x2D { return 62 }
    return byte == 0x2F || byte == 0x5F ? 63 : 64
  }
}
