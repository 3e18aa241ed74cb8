/// Runs of blanks and of empty lines, once there is a gap of four or more blanks between two letters of a line.
///
/// Indentation and tables of numbers are no reason to change a text.
enum WideGaps {
  static func apply(to text: UnsafeRawBufferPointer, _ buffer: inout FoldBuffer, _ summary: inout FoldSummary) {
    var index = 0
    while index < text.count {
      guard isBlank(text[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < text.count, isBlank(text[index]) { index += 1 }
      guard index - start >= 4, start > 0, index < text.count else { continue }
      guard text[start - 1].isASCIILetter, text[index].isASCIILetter else { continue }
      summary.wideGaps.note(at: start)
      buffer.drop(start..<index, of: text)
      buffer.put(0x20)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
