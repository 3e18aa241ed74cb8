/// HTML character references: numeric, and the named ones that stand for ASCII or for invisible characters.
enum CharacterReference {
  static func unit(_ text: UnsafeRawBufferPointer, at index: Int) -> InPlaceDecoding.Unit? {
    guard index + 2 < text.count else { return nil }
    return text[index + 1] == UInt8(ascii: "#") ? numeric(text, index) : named(text, index)
  }

  /// The semicolon may be missing (HTML, 13.2.5.80). Windows-1252 values are not mapped.
  private static func numeric(_ text: UnsafeRawBufferPointer, _ index: Int) -> InPlaceDecoding.Unit? {
    var position = index + 2
    let isHex = text[position] | 0x20 == UInt8(ascii: "x")
    if isHex { position += 1 }
    let start = position
    var value: UInt32 = 0
    // Leading zeros are allowed in any number; 32 are enough for us.
    while position < text.count, position - start < 32, let digit = text[position].hexValue, isHex || digit < 10 {
      value = min(value &* (isHex ? 16 : 10) &+ UInt32(digit), 0x110000)
      position += 1
    }
    guard position > start else { return nil }
    if position < text.count, text[position] == UInt8(ascii: ";") { position += 1 }
    // Shorter than its own UTF-8 (&#x9 cannot be): the text never grows. An apostrophe says nothing new.
    let scalar = value == 0 ? 0xFFFD : value
    return InPlaceDecoding.Unit(length: position - index, value: scalar, matters: value != 0x27)
  }

  private static func named(_ text: UnsafeRawBufferPointer, _ index: Int) -> InPlaceDecoding.Unit? {
    var position = index + 1
    var name: UInt64 = 0
    while position < text.count, position - index <= 8, text[position].isASCIILetter {
      name = name << 8 | UInt64(text[position])
      position += 1
    }
    guard position < text.count, text[position] == UInt8(ascii: ";"), let value = names[name] else { return nil }
    let matters = value != 0x26 && value != 0x27 && value != 0x22
    return InPlaceDecoding.Unit(length: position + 1 - index, value: value, matters: matters)
  }

  private static let names: [UInt64: UInt32] = {
    let table: [(String, UInt32)] = [
      ("amp", 0x26), ("lt", 0x3C), ("gt", 0x3E), ("quot", 0x22), ("apos", 0x27), ("nbsp", 0xA0), ("shy", 0xAD),
      ("zwj", 0x200D), ("zwnj", 0x200C), ("lrm", 0x200E), ("rlm", 0x200F), ("Tab", 0x09), ("NewLine", 0x0A),
      ("excl", 0x21), ("num", 0x23), ("dollar", 0x24), ("percnt", 0x25), ("lpar", 0x28), ("rpar", 0x29), ("ast", 0x2A),
      ("plus", 0x2B), ("comma", 0x2C), ("hyphen", 0x2D), ("period", 0x2E), ("sol", 0x2F), ("colon", 0x3A),
      ("semi", 0x3B),
      ("equals", 0x3D), ("quest", 0x3F), ("commat", 0x40), ("lsqb", 0x5B), ("lbrack", 0x5B), ("bsol", 0x5C),
      ("rsqb", 0x5D), ("rbrack", 0x5D), ("Hat", 0x5E), ("lowbar", 0x5F), ("grave", 0x60), ("lcub", 0x7B),
      ("lbrace", 0x7B), ("verbar", 0x7C), ("vert", 0x7C), ("rcub", 0x7D), ("rbrace", 0x7D), ("ensp", 0x2002),
      ("emsp", 0x2003), ("thinsp", 0x2009), ("AMP", 0x26), ("LT", 0x3C), ("GT", 0x3E), ("QUOT", 0x22),
    ]
    return Dictionary(table.map { name, value in (name.utf8.reduce(0) { $0 << 8 | UInt64($1) }, value) }) { $1 }
  }()
}
