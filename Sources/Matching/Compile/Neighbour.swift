/// What stands before or after a position, as far as assertions can tell.
enum Neighbour: Int, CaseIterable {
  case boundary, newline, word, other

  init(_ byte: UInt8) {
    if byte == Separator.byte {
      self = .boundary
    } else if byte == 0x0A {
      self = .newline
    } else {
      self = ByteSet.word.contains(byte) ? .word : .other
    }
  }

  /// Whether an assertion holds between two neighbours.
  static func holds(_ assertion: Assertion, between previous: Neighbour, and next: Neighbour) -> Bool {
    switch assertion {
    case .textStart: previous == .boundary
    case .textEnd: next == .boundary
    case .lineStart: previous == .boundary || previous == .newline
    case .lineEnd: next == .boundary || next == .newline
    case .wordBoundary: (previous == .word) != (next == .word)
    case .notWordBoundary: (previous == .word) == (next == .word)
    }
  }
}
