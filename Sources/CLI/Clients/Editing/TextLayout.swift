/// What stands around a place in a file: its line, indentation and line end.
struct TextLayout {
  let text: [UInt8]

  /// The first byte of the line that holds `offset`.
  func lineStart(of offset: Int) -> Int {
    var index = min(offset, text.count)
    while index > 0, text[index - 1] != 0x0A, text[index - 1] != 0x0D { index -= 1 }
    return index == 0 && text.starts(with: TextPosition.byteOrderMark) ? min(3, offset) : index
  }

  /// The blanks at the start of the line of `offset` when nothing else stands before it; nil otherwise.
  func indentation(before offset: Int) -> [UInt8]? {
    let blanks = text[lineStart(of: offset)..<offset]
    return blanks.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? Array(blanks) : nil
  }

  /// The line end in use at `offset`: the next one, else the one before, else LF.
  func lineEnd(near offset: Int) -> [UInt8] {
    if let next = text[offset...].firstIndex(of: 0x0A) { return ending(at: next) }
    if let last = text[..<offset].lastIndex(of: 0x0A) { return ending(at: last) }
    return [0x0A]
  }

  private func ending(at feed: Int) -> [UInt8] { feed > 0 && text[feed - 1] == 0x0D ? [0x0D, 0x0A] : [0x0A] }
}
