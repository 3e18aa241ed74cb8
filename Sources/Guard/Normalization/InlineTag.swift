/// HTML tags that style text without ending a word.
enum InlineTag {
  /// The length of an inline tag at `index`, a `<`, or 0. Looks at no more than 160 bytes.
  static func length(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    var position = index + 1
    if position < text.count, text[position] == UInt8(ascii: "/") { position += 1 }
    var name: UInt64 = 0
    let nameStart = position
    while position < text.count, text[position].isASCIIAlphanumeric, position - nameStart < 8 {
      name = name << 8 | UInt64(text[position] | 0x20)
      position += 1
    }
    guard position > nameStart, names.contains(name) else { return 0 }
    let limit = min(text.count, index + 160)
    while position < limit {
      if text[position] == UInt8(ascii: ">") { return position + 1 - index }
      if text[position] == UInt8(ascii: "<") { return 0 }
      position += 1
    }
    return 0
  }

  /// 1 for an opening tag, -1 for a closing one, 0 for `<wbr>`, which has no end.
  static func balance(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    if hasBytes("/", in: text, at: index + 1) { return -1 }
    return hasBytes("<wbr", in: text, at: index) || hasBytes("<WBR", in: text, at: index) ? 0 : 1
  }

  private static let names: Set<UInt64> = {
    let names = [
      "b", "i", "u", "s", "a", "em", "tt", "big", "sub", "sup", "del", "ins", "wbr", "bdi", "bdo", "var", "kbd", "code",
      "font", "mark", "span", "abbr", "cite", "samp", "small", "strong", "strike", "nobr", "dfn", "q",
    ]
    return Set(names.map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } })
  }()
}
