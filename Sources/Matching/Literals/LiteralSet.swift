/// Literals of which every match holds at least one, and where. Letters are lower case: the literal scan folds case.
struct LiteralSet: Hashable {
  /// Sorted, without duplicates, none empty.
  var literals: [[UInt8]]
  /// From the start of the match to the *end* of the literal, over all literals; nil: without bound.
  var minimumDistance: Int
  var maximumDistance: Int?

  /// The longest literal kept; longer ones are cut to their rarest part.
  static let maximumLiteralLength = 6

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
