/// What a scalar means to the folding: its kind, and the ASCII character that it looks like where it has one.
struct ScalarClass: Equatable {
  enum Kind: UInt8 {
    /// Nothing to fold: ideographs, symbols, unlisted scripts.
    case other
    /// ASCII.
    case ascii
    /// A Latin letter or digit in other clothes: full-width, mathematical, circled, small capital …
    case styled
    /// A Latin letter with an accent or stroke, as ordinary in many languages.
    case accented
    /// Full-width punctuation, ordinary in Chinese and Japanese.
    case fullWidthPunctuation
    /// A Cyrillic letter that one cannot tell from a Latin one.
    case cyrillicTwin
    /// A Cyrillic letter that resembles a Latin one.
    case cyrillicCousin
    case cyrillic
    case greekTwin
    case greek
    /// A letter of another script (Armenian, Cherokee, Lisu, Coptic …) that resembles a Latin one.
    case otherTwin
    /// Arabic, Syriac, N'Ko …: right to left, and joiners are part of the spelling.
    case arabic
    case hebrew
    /// Indic scripts, Tibetan, Mongolian: joiners are part of the spelling.
    case joining
    /// Thai, Lao, Khmer, Myanmar: zero-width spaces mark where a line may break.
    case unspaced
    case ideograph
    case emoji
    case regionalIndicator
    /// Zero-width and other invisible format characters.
    case invisible
    /// U+200C, U+200D.
    case joiner
    /// U+200E, U+200F, U+061C.
    case directionMark
    /// Bidi embeddings, overrides and isolates.
    case bidiControl
    case variationSelector
    /// U+E0000–E007F.
    case tag
    case space
    case lineSeparator
    /// Combining diacritics of European scripts; vowel signs of other scripts belong to their script.
    case combining
    /// C0 and C1 controls without white space.
    case control
  }

  let kind: Kind
  /// The ASCII character it folds to, or 0.
  let ascii: UInt8

  init(_ kind: Kind, ascii: UInt8 = 0) {
    self.kind = kind
    self.ascii = ascii
  }

  var isLetter: Bool {
    switch kind {
    case .styled, .accented, .cyrillicTwin, .cyrillicCousin, .cyrillic, .greekTwin, .greek, .otherTwin, .arabic,
      .hebrew, .joining, .unspaced, .ideograph:
      true
    default: false
    }
  }

  /// A letter that stands for a Latin one once folded (not counting look-alikes of other scripts).
  var isLatin: Bool { kind == .styled || kind == .accented }
}

extension ScalarClass {
  /// The class of a scalar. A table for the Basic Multilingual Plane, ranges above it.
  @inline(__always)
  static func of(_ scalar: UInt32) -> ScalarClass {
    scalar < 0x10000 ? ScalarTable.shared[scalar] : supplementary(scalar)
  }

  private static func supplementary(_ scalar: UInt32) -> ScalarClass {
    switch scalar {
    case 0x1D400...0x1D6A3:
      // 13 alphabets of 26 capitals and 26 small letters.
      let letter = UInt8((scalar - 0x1D400) % 52)
      return ScalarClass(.styled, ascii: letter < 26 ? 0x41 + letter : 0x61 + letter - 26)
    case 0x1D7CE...0x1D7FF: return ScalarClass(.styled, ascii: 0x30 + UInt8((scalar - 0x1D7CE) % 10))
    case 0x1F130...0x1F149: return ScalarClass(.styled, ascii: 0x41 + UInt8(scalar - 0x1F130))
    case 0x1F150...0x1F169: return ScalarClass(.styled, ascii: 0x41 + UInt8(scalar - 0x1F150))
    case 0x1F170...0x1F189: return ScalarClass(.styled, ascii: 0x41 + UInt8(scalar - 0x1F170))
    case 0x1FBF0...0x1FBF9: return ScalarClass(.styled, ascii: 0x30 + UInt8(scalar - 0x1FBF0))
    case 0x1F1E6...0x1F1FF: return ScalarClass(.regionalIndicator, ascii: 0x41 + UInt8(scalar - 0x1F1E6))
    case 0x1F000...0x1FAFF: return ScalarClass(.emoji)
    case 0x20000...0x3FFFF: return ScalarClass(.ideograph)
    case 0xE0000...0xE007F: return ScalarClass(.tag, ascii: UInt8(scalar & 0x7F))
    case 0xE0100...0xE01EF: return ScalarClass(.variationSelector)
    case 0x1D173...0x1D17A, 0x1BCA0...0x1BCA3, 0xE0080...0xE00FF, 0xE01F0...0xE0FFF: return ScalarClass(.invisible)
    case 0x11000...0x11FFF: return ScalarClass(.joining)
    case 0x10800...0x10FFF, 0x1E800...0x1EFFF: return ScalarClass(.arabic)
    default: return ScalarClass(.other)
    }
  }
}

/// The Basic Multilingual Plane in two stages: pages of 256 scalars, equal to page 0 where nothing is known.
/// About 60 pages of 512 bytes, built at first use in some 20 µs from `Confusables` and the ranges below.
struct ScalarTable {
  static let shared = ScalarTable()

  private var pageOf = [UInt8](repeating: 0, count: 256)
  /// Kind in the high byte, ASCII twin in the low one.
  private var entries = [UInt16](repeating: 0, count: 256)
  private let kinds: [ScalarClass.Kind]

  @inline(__always)
  subscript(scalar: UInt32) -> ScalarClass {
    let entry = entries[Int(pageOf[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    return ScalarClass(kinds[Int(entry >> 8)], ascii: UInt8(truncatingIfNeeded: entry))
  }

  private init() {
    kinds = (0...ScalarClass.Kind.control.rawValue).compactMap(ScalarClass.Kind.init(rawValue:))
    for (kind, ranges) in Self.ranges {
      for range in ranges {
        for scalar in range { set(scalar, kind) }
      }
    }
    for group in Confusables.groups {
      for (letter, scalars) in group.letters {
        for scalar in scalars.unicodeScalars where scalar.value < 0x10000 { set(scalar.value, group.kind, letter) }
      }
    }
    for scalar in UInt32(0xFF01)...0xFF5E {
      let ascii = UInt8(scalar - 0xFF01 + 0x21)
      set(scalar, ascii.isASCIIAlphanumeric ? .styled : .fullWidthPunctuation, ascii)
    }
    for scalar in UInt32(0x249C)...0x24B5 { set(scalar, .styled, UInt8(scalar - 0x249C + 0x61)) }
    for scalar in UInt32(0x24B6)...0x24CF { set(scalar, .styled, UInt8(scalar - 0x24B6 + 0x41)) }
    for scalar in UInt32(0x24D0)...0x24E9 { set(scalar, .styled, UInt8(scalar - 0x24D0 + 0x61)) }
    // Full stops that resolvers take for the dot of a host name (UTS 46).
    set(0x3002, .fullWidthPunctuation, 0x2E)
    set(0xFF61, .fullWidthPunctuation, 0x2E)
  }

  private mutating func set(_ scalar: UInt32, _ kind: ScalarClass.Kind, _ ascii: UInt8 = 0) {
    let page = Int(scalar >> 8)
    // Scalar page 0 (Latin-1) needs a page of its own too: the shared page stays "other".
    if pageOf[page] == 0 {
      pageOf[page] = UInt8(truncatingIfNeeded: entries.count >> 8)
      entries.append(contentsOf: repeatElement(0, count: 256))
    }
    entries[Int(pageOf[page]) << 8 | Int(scalar & 0xFF)] = UInt16(kind.rawValue) << 8 | UInt16(ascii)
  }

  /// Blocks.txt and PropList.txt of Unicode 16; later lines win.
  private static let ranges: [(ScalarClass.Kind, [ClosedRange<UInt32>])] = [
    (.control, [0x00...0x08, 0x0E...0x1F, 0x7F...0x9F]),
    (.ascii, [0x09...0x0D, 0x20...0x7E]),
    (.greek, [0x0370...0x03FF, 0x1F00...0x1FFF]),
    (.cyrillic, [0x0400...0x052F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F]),
    (.hebrew, [0x0590...0x05FF, 0xFB1D...0xFB4F]),
    (.arabic, [0x0600...0x08FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC]),
    (.joining, [0x0900...0x0DFF, 0x0F00...0x0FFF, 0x1800...0x18AF, 0x1900...0x1CFF, 0xA800...0xABFF]),
    (.unspaced, [0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0xA9E0...0xA9FF, 0xAA60...0xAA7F]),
    (
      .ideograph,
      [0x2E80...0x2FDF, 0x3005...0x3007, 0x3040...0x312F, 0x3190...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF]
    ),
    (.ideograph, [0xFF66...0xFF9F]),
    (.emoji, [0x00A9...0x00A9, 0x00AE...0x00AE, 0x203C...0x203C, 0x2049...0x2049, 0x2122...0x2122, 0x2139...0x2139]),
    (.emoji, [0x2190...0x21FF, 0x2300...0x23FF, 0x24C2...0x24C2, 0x25A0...0x27BF, 0x2900...0x297F, 0x2B00...0x2BFF]),
    (.emoji, [0x3030...0x3030, 0x303D...0x303D, 0x3297...0x3297, 0x3299...0x3299]),
    (
      .combining,
      [0x0300...0x036F, 0x0483...0x0489, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F]
    ),
    (.space, [0x00A0...0x00A0, 0x1680...0x1680, 0x2000...0x200A, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000]),
    (.space, [0x2800...0x2800]),
    (.lineSeparator, [0x0085...0x0085, 0x2028...0x2029]),
    (
      .invisible,
      [0x00AD...0x00AD, 0x034F...0x034F, 0x115F...0x1160, 0x17B4...0x17B5, 0x180E...0x180E, 0x200B...0x200B]
    ),
    (
      .invisible,
      [0x2060...0x2065, 0x206A...0x206F, 0x3164...0x3164, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB]
    ),
    (.joiner, [0x200C...0x200D]),
    (.directionMark, [0x200E...0x200F, 0x061C...0x061C]),
    (.bidiControl, [0x202A...0x202E, 0x2066...0x2069]),
    (.variationSelector, [0x180B...0x180D, 0x180F...0x180F, 0xFE00...0xFE0F]),
  ]
}
