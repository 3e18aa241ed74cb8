/// Tag characters (U+E0020–E007F) in their one honest use: the subdivision flags.
enum TagSequence {
  /// The bytes from `index`, a tag character, to the end of the flag, when a black flag (U+1F3F4) stands before it and it spells
  /// England, Scotland or Wales: the only sequences recommended for general interchange (UTS 51, emoji-sequences.txt).
  static func flagLength(_ text: UnsafeRawBufferPointer, at index: Int) -> Int? {
    guard hasBytes("\u{1F3F4}", in: text, at: index - 4) else { return nil }
    for flag in flags where hasBytes(flag, in: text, at: index) { return flag.utf8CodeUnitCount }
    return nil
  }

  private static let flags: [StaticString] = [
    "\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
  ]
}
