/// What was seen while folding a text: how often, and where first (byte offset into the text that was folded).
///
/// What belongs to honest writing is not counted: joiners inside emoji and in scripts that spell with them, direction
/// marks beside right-to-left letters, variation selectors after emoji and ideographs, the three subdivision flags.
package struct FoldSummary: Sendable, Equatable {
  package struct Sighting: Sendable, Equatable {
    package internal(set) var count = 0
    /// Offset of the first one; 0 when there is none.
    package internal(set) var first = 0

    mutating func note(at offset: Int, count more: Int = 1) {
      if count == 0 { first = offset }
      count += more
    }
  }

  /// Zero-width and other invisible characters, joiners out of place included.
  package internal(set) var invisible = Sighting()
  /// The most invisible characters in a row.
  package internal(set) var longestInvisibleRun = 0
  /// Soft hyphens, which honest web pages use.
  package internal(set) var softHyphens = Sighting()
  /// Direction marks (U+200E, U+200F, U+061C) away from right-to-left text.
  package internal(set) var directionMarks = Sighting()
  /// Bidi embeddings, overrides and isolates.
  package internal(set) var bidiControls = Sighting()
  /// Of these, U+202D and U+202E.
  package internal(set) var bidiOverrides = Sighting()
  /// Tag characters outside flags: a message that no reader sees. The view has it in plain letters.
  package internal(set) var tagCharacters = Sighting()
  /// Variation selectors in runs of three or more, which can carry bytes. The view has them where they are text.
  package internal(set) var selectorRuns = Sighting()
  /// Words that mix Latin letters with look-alikes of another script.
  package internal(set) var homoglyphWords = Sighting()
  /// Full-width, mathematical, circled … letters.
  package internal(set) var styledLetters = Sighting()
  /// Accents taken off Latin letters. Ordinary; see `onlyAccents`.
  package internal(set) var accentedLetters = Sighting()
  /// Combining marks that no orthography puts there: overlays and stacks.
  package internal(set) var combiningMarks = Sighting()
  /// Letters with three or more combining marks.
  package internal(set) var combiningStacks = Sighting()
  /// Spaces and line separators beyond ASCII.
  package internal(set) var exoticSpaces = Sighting()
  /// Control characters without white space and escape sequences.
  package internal(set) var controls = Sighting()
  /// Terminal escape sequences (ECMA-48).
  package internal(set) var escapeSequences = Sighting()
  /// Of these, the ones that hide text (SGR 8).
  package internal(set) var concealments = Sighting()
  /// Emphasis marks, tags, comments, backslashes and empty quotes inside words.
  package internal(set) var splitWords = Sighting()
  package internal(set) var letterSpacedRuns = Sighting()
  package internal(set) var leetWords = Sighting()
  /// Runs of four or more blanks between words of a line.
  package internal(set) var wideGaps = Sighting()

  /// True when nothing but accents of Latin letters and spaces beyond ASCII was folded, as in any French or Czech text.
  /// A caller may then save the second scan at the price of words that were disguised by accents.
  package var onlyAccents: Bool {
    var rest = self
    rest.accentedLetters = Sighting()
    rest.exoticSpaces = Sighting()
    return rest == FoldSummary()
  }

  /// Signs of deliberate hiding, whatever the text says: invisible messages and concealed text.
  package var hidesText: Bool { tagCharacters.count > 0 || selectorRuns.count > 0 || concealments.count > 0 }

  package init() {}
}
