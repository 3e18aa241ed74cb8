/// One match of one rule in one string of a message.
package struct Finding: Sendable, Equatable {
  package var rule: String
  package var name: String
  package var category: Category
  package var severity: Severity
  /// Whether a checksum, structure or a second signal stands behind it.
  package var isProven: Bool
  package var role: Role
  package var view: View
  package var place: Place
  /// Redacted, at most 160 bytes.
  package var excerpt: String
  /// What the user's config has it contribute to the verdict, whatever its severity.
  package var override: Verdict?

  /// What it contributes to the verdict.
  package var verdict: Verdict { override ?? Verdict(severity) }

  /// Where the string that matched stands.
  package struct Place: Sendable, Equatable {
    /// JSON pointer; empty for a bare text.
    package var pointer = ""
    /// Byte range of the match in the decoded string; for a decoded view, of the encoded run.
    package var range: Range<Int>
    /// Byte range of the whole string literal in the frame's content, without quotation marks.
    package var literal: Range<Int>
    /// Index into `MessageFacts.entries`, when the string belongs to an entry of a list.
    package var entry: Int?
    /// Whether the string is the name of a member.
    package var isName = false
  }

  package var record: FindingRecord {
    FindingRecord(
      rule: rule, name: name, severity: severity, category: category.rawValue, pointer: place.pointer,
      start: place.range.lowerBound, end: place.range.upperBound, excerpt: excerpt)
  }
}
