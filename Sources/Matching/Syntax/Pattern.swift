/// One parsed expression: an RE2 subset over bytes.
///
/// No look-around and no back-references. `.` and negated classes match one byte, not one code point; `(?i)` folds ASCII letters;
/// `\w \s \d \b` are ASCII. Characters beyond ASCII may stand as literals and in positive classes and mean their UTF-8 bytes.
/// Greedy and lazy repetition are the same here: a pattern is a set of matches, and the longest one at a start is reported.
package struct Pattern: Sendable, Hashable {
  let node: Node

  /// The longest expression accepted, in UTF-8 bytes.
  package static let maximumExpressionLength = 1024

  /// Parses an expression.
  /// - Throws: the byte offset at which the expression stops making sense, and why.
  package init(_ expression: String) throws(PatternError) {
    var parser = PatternParser(expression)
    node = try parser.parse()
  }

  /// A pattern that matches exactly the UTF-8 bytes of a text.
  package init(literal: String, caseInsensitive: Bool = false) {
    node = Node.literal(literal.utf8, caseInsensitive: caseInsensitive)
  }

  /// The shortest match, in bytes.
  package var minimumLength: Int { node.length.minimum }

  /// The longest match, in bytes; nil when there is no bound.
  package var maximumLength: Int? { node.length.maximum }
}

/// Why an expression was not understood.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case expressionTooLong(limit: Int)
    case nestingTooDeep(limit: Int)
    case unexpectedEnd
    case unmatchedParenthesis
    case unclosedGroup
    case unclosedClass
    case emptyClass
    case invalidRange
    case invalidEscape
    case invalidCodePoint
    case nothingToRepeat
    case repeatedQuantifier
    case repeatCountTooLarge(limit: Int)
    case invalidRepeatRange
    case invalidGroup
    case lookAround
    case backReference
    case unicodeProperty
    case nonASCIIInNegatedClass
  }

  /// UTF-8 byte offset in the expression.
  package let offset: Int
  package let reason: Reason

  package var description: String { "\(text) at byte \(offset)" }

  private var text: String {
    switch reason {
    case .expressionTooLong(let limit): "expression longer than \(limit) bytes"
    case .nestingTooDeep(let limit): "groups nested deeper than \(limit)"
    case .unexpectedEnd: "unexpected end of expression"
    case .unmatchedParenthesis: "closing parenthesis without an opening one"
    case .unclosedGroup: "missing closing parenthesis"
    case .unclosedClass: "missing closing bracket"
    case .emptyClass: "character class that matches nothing"
    case .invalidRange: "invalid range in character class"
    case .invalidEscape: "unknown escape"
    case .invalidCodePoint: "invalid code point"
    case .nothingToRepeat: "nothing to repeat"
    case .repeatedQuantifier: "quantifier after a quantifier"
    case .repeatCountTooLarge(let limit): "repeat count above \(limit)"
    case .invalidRepeatRange: "repeat range with minimum above maximum"
    case .invalidGroup: "unknown group syntax or flag"
    case .lookAround: "look-around is not supported"
    case .backReference: "back-references are not supported"
    case .unicodeProperty: "Unicode properties are not supported"
    case .nonASCIIInNegatedClass: "negated classes may hold ASCII only, they match single bytes"
    }
  }
}
