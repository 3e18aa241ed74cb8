/// Literals of which every match holds at least one, and where. Letters are lower case and a run of white space is one blank: the literal
/// scan folds both.
struct LiteralSet: Hashable {
  /// Sorted, without duplicates, none empty.
  var literals: [[UInt8]]
  /// From the start of the match to the *end* of the literal, over all literals; nil: without bound.
  var minimumDistance: Int
  var maximumDistance: Int?

  /// The longest literal kept; longer ones are cut to their rarest part.
  static let maximumLiteralLength = 6
  /// By how much the white space in a literal may be longer than one byte each.
  static let maximumSpare = 8

  /// What `\s` matches; all of it is one symbol of the literal scan.
  static let whiteSpace: [UInt8] = [0x09, 0x0A, 0x0C, 0x0D, 0x20]

  static func fold(_ byte: UInt8, whiteSpace: Bool = true) -> UInt8 {
    if whiteSpace, Self.whiteSpace.contains(byte) { return 0x20 }
    return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  var shortest: Int { literals.map(\.count).min() ?? 0 }

  /// Distances up to this make windows; beyond, only the presence of the literal is used.
  static let boundedDistance = 2048

  /// Whether two sets come from different parts of the pattern, so that one says something the other does not.
  func isApart(from other: LiteralSet) -> Bool {
    abs(minimumDistance - other.minimumDistance) >= Self.maximumLiteralLength
      && Set(literals).isDisjoint(with: other.literals)
  }

  var isBounded: Bool { (maximumDistance ?? .max) <= Self.boundedDistance }
}
