import Guard
import Matching

/// Whether an expression that somebody else wrote may be looked for in every text.
package enum ExpressionCheck {
  /// Why a pattern cannot be used or would cost too much in every text; nil when it may be used. About two milliseconds:
  /// the pattern is compiled, alone.
  ///
  /// A pattern whose words are frequent in ordinary text passes: it is slower, but the steps of a scan are bounded.
  package static func defect(of pattern: RulePattern) -> String? {
    let parsed: Pattern
    do throws(PatternError) {
      parsed =
        pattern.isLiteral
        ? Pattern(literal: pattern.value, caseInsensitive: pattern.ignoresCase) : try Pattern(pattern.value)
    } catch {
      return error.description
    }
    for finding in lint(parsed) {
      switch finding {
      case .refused(let refusal): return "the pattern \(refusal)"
      case .noRequiredLiteral:
        return "the pattern would slow down every text: each alternative needs a fixed word of "
          + "\(PatternLint.shortestLiteral) bytes or more"
      case .literalAtUnboundedDistance:
        return "the pattern would slow down every text: its fixed word stands behind an unbounded repetition"
      case .gapInUnboundedRepetition: return "the pattern has \(finding)"
      case .commonLiteral: continue
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
      return error.description
    }
    return nil
  }
}
