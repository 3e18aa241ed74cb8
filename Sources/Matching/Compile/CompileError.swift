/// Why a pattern that parses cannot become part of a set.
package enum PatternRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// It matches the empty text, so it would match everywhere.
  case matchesEmpty
  /// Written out, its repetitions need more automaton instructions than allowed.
  case tooLarge(limit: Int)
  /// A part that cannot be cut needs more automaton states than allowed, e.g. an unbounded repetition around a counted gap.
  case tooManyStates(limit: Int)
  /// The patterns together need more than the tables can number.
  case tablesTooLarge

  package var description: String {
    switch self {
    case .matchesEmpty: "matches the empty text"
    case .tooLarge(let limit): "needs more than \(limit) automaton instructions"
    case .tooManyStates(let limit): "has a part of more than \(limit) automaton states that cannot be divided"
    case .tablesTooLarge: "exceeds the space of the tables"
    }
  }
}

/// The limits that keep compilation and memory bounded.
enum CompileLimit {
  static let instructions = 2000
  static let states = 512
  /// States are offsets of 16 bits.
  static let tableEntries = 0x1_0000
  /// Choices within choices; a scan recurses this deep.
  static let choiceDepth = 400
  /// Copies of a group that holds a gap.
  static let unrolledCopies = 24
}
