/// The parts of a text in which folding may change something, each to be folded for itself.
///
/// Found in one pass over blocks of 64 bytes, and widened to whole lines, because words are judged by their line. A long line is
/// cut 1 KiB away from what gave the reason; where a character beyond ASCII did, which may turn the rest of its line round, it
/// is not. A comment that begins inside belongs to it to its end, and so does the place where an open tag may be closed.
struct FoldRegions {
  private(set) var regions: [Range<Int>] = []
  private var reasons: [UInt8] = []

  private static let reach = 1024
  /// A closing tag may follow as far behind; see `SplitWords`.
  private static let closingReach = 256
  /// What a condition of the gate reads behind a block, and a run's last characters.
  private static let margin = 16

  /// Where the next `-->` ends, from a search that need not be repeated before it.
  private var commentEnd = 0

  /// Finds the regions of a text, ascending and disjoint. Empty: folding cannot change the text. Linear.
  mutating func find(in text: UnsafeRawBufferPointer) {
    regions.removeAll(keepingCapacity: true)
    FoldGate.blockReasons(text, into: &reasons)
    commentEnd = 0
    var current = 0..<0
    var searched = 0
    // Up to here the last line of the region is whole.
    var wholeLines = 0
    for (index, byte) in reasons.enumerated() where byte != 0 {
      let block = (index * FoldGate.block)..<min(text.count, (index + 1) * FoldGate.block)
      let reason = FoldGate.Reasons(rawValue: byte)
      let wanted = min(text.count, block.upperBound + (reason.contains(.markup) ? Self.closingReach : Self.margin))
      let isBounded = !reason.contains(.nonASCII)
      if current.upperBound < wanted {
        let start = lineStart(text, block.lowerBound, notBefore: current.upperBound, isBounded)
        let end = lineEnd(text, wanted, isBounded)
        if start > current.upperBound || current.isEmpty {
          if !current.isEmpty { regions.append(current) }
          current = start..<end
          searched = start
        } else {
          current = current.lowerBound..<end
        }
      } else if !isBounded, wanted > wholeLines {
        current = current.lowerBound..<max(current.upperBound, lineEnd(text, wanted, false))
      }
      if !isBounded { wholeLines = max(wholeLines, current.upperBound) }
      if reason.contains(.markup) {
        current = current.lowerBound..<endOfComments(text, max(searched, current.lowerBound), current.upperBound)
        searched = max(searched, current.upperBound - 3)
      }
    }
    if !current.isEmpty { regions.append(current) }
  }

  private func lineStart(
    _ text: UnsafeRawBufferPointer, _ position: Int, notBefore floor: Int, _ isBounded: Bool
  ) -> Int {
    let limit = isBounded ? max(floor, position - Self.reach) : floor
    // The condition looks at a byte before the one it is about; lines of one letter are a run.
    var start = max(limit, position - Self.margin)
    while start > limit, text[start - 1] != 0x0A { start -= 1 }
    return start > floor ? TextCut.before(text, start) : start
  }

  private func lineEnd(_ text: UnsafeRawBufferPointer, _ position: Int, _ isBounded: Bool) -> Int {
    let limit = isBounded ? min(text.count, position + Self.reach) : text.count
    var end = position
    while end < limit, text[end] != 0x0A { end += 1 }
    return end < text.count ? TextCut.after(text, end) : end
  }

  /// The end, moved behind the comments that begin before it.
  private mutating func endOfComments(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
    var (index, end) = (start, end)
    while index < end {
      guard text[index] == UInt8(ascii: "<"), hasBytes("<!--", in: text, at: index) else {
        index += 1
        continue
      }
      if commentEnd < index + 4 { commentEnd = endOfComment(text, from: index + 4) }
      // Without an end it is no comment, and so are those behind it.
      guard commentEnd <= text.count else { return end }
      if commentEnd > end { end = lineEnd(text, min(text.count, commentEnd + Self.closingReach), true) }
      index = commentEnd
    }
    return end
  }

  private func endOfComment(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index + 3 <= text.count {
      if text[index] == 0x2D, hasBytes("-->", in: text, at: index) { return index + 3 }
      index += 1
    }
    return .max
  }
}

/// Places where a text may be divided: never inside a character.
enum TextCut {
  /// The last place at or before an offset.
  @inline(__always)
  static func before(_ text: UnsafeRawBufferPointer, _ offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < text.count, text[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  /// The first place at or behind an offset.
  @inline(__always)
  static func after(_ text: UnsafeRawBufferPointer, _ offset: Int) -> Int {
    var offset = offset
    while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
    return offset
  }
}
