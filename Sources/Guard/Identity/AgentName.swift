/// The name of an agent: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}` (contract, section 3).
///
/// Such a name is safe as a file name, in a signed payload and on a terminal, and has one spelling only.
package struct AgentName: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let description: String

  /// - Returns: nil when the text is not such a name.
  package init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    guard let first = bytes.first, Self.isLetterOrDigit(first), bytes.count <= Self.maximumLength,
      bytes.allSatisfy({ Self.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F })
    else { return nil }
    description = String(text)
  }

  package static let maximumLength = 64

  /// The rule in words, for error messages.
  package static let rule = "1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"

  /// The rule as a regular expression, for schemas.
  package static let pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

  package static func < (left: AgentName, right: AgentName) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
