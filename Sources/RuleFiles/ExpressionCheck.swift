import Guard
import Matching

/// Whether an expression that somebody else wrote may be looked for in every text.
package enum ExpressionCheck {
  /// Why a pattern cannot be used or would cost too much in every text; nil when it may be used. About two milliseconds:
  /// the pattern is compiled, alone. That it cannot be used goes before what it costs.
  ///
  /// A pattern whose words are frequent in ordinary text passes: it is slower, but the steps of a scan are bounded.
  package static func defect(of pattern: RulePattern) -> String? {
    let parsed: Pattern
    do throws(PatternError) {
      parsed =
        pattern.isLiteral
        ? Pattern(literal: pattern.value, caseInsensitive: pattern.ignoresCase) : try Pattern(pattern.value)
    } catch {
      return words(error, pattern.value)
    }
    let findings = lint(parsed)
    for case .refused(let refusal) in findings { return "the pattern \(refusal)" }
    for finding in findings {
      switch finding {
      case .refused, .commonLiteral: continue
      case .noRequiredLiteral:
        return "the pattern would slow down every text: each alternative needs a fixed word of "
          + "\(PatternLint.shortestLiteral) bytes or more"
      case .literalAtUnboundedDistance:
        return "the pattern would slow down every text: its fixed word stands behind an unbounded repetition"
      case .gapInUnboundedRepetition: return "the pattern has \(finding)"
      }
    }
    return nil
  }

  /// Why an exclusion cannot be used; nil when it can. It is looked for in what has matched already and needs no fixed
  /// word.
  package static func defect(ofExclusion expression: String) -> String? {
    do throws(PatternError) {
      for case .refused(let refusal) in lint(try Pattern(expression)) { return "the exclusion \(refusal)" }
    } catch {
      return words(error, expression)
    }
    return nil
  }

  /// The error with what stands at its place, as far as that is a construct with a name.
  private static func words(_ error: PatternError, _ expression: String) -> String {
    let utf8 = expression.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: error.offset, limitedBy: utf8.endIndex) ?? utf8.endIndex
    let rest = expression.unicodeScalars[start...]
    func construct(_ length: Int) -> String { "'\(String(String.UnicodeScalarView(rest.prefix(length))))'" }
    switch error.reason {
    case .lookAround:
      let isBehind = rest.dropFirst(2).first == "<"
      return "\(isBehind ? "look-behind" : "look-ahead") \(construct(isBehind ? 4 : 3)) at byte \(error.offset) is not "
        + "supported: the engine reads a text once, in linear time; write what may stand there, or use an exclusion"
    case .backReference:
      let isNamed = rest.first == "("
      return "the back-reference \(construct(isNamed ? 4 : 2)) at byte \(error.offset) is not "
        + "supported: the engine reads a text once, in linear time"
    case .unicodeProperty:
      return "the Unicode property \(construct(2)) at byte \(error.offset) is not supported: name the characters, as "
        + "in [a-zà-ÿ]"
    case .invalidGroup: return "\(error): \(construct(3))"
    case .invalidEscape: return "\(error): \(construct(2))"
    default: return error.description
    }
  }
}
