/// Judges a match that an expression found: a checksum, a structure. Total, linear, and without side effects.
package protocol Validator: Sendable {
  /// - Parameters:
  ///   - text: the whole text.
  ///   - match: byte range of the match in it.
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool
}

/// The validators that a rule may name.
package enum Validators {
  package static func named(_ name: String) -> (any Validator)? { table[name] }

  package static var names: [String] { table.keys.sorted() }

  private static let table: [String: any Validator] = [
    "luhn": LuhnValidator(),
    "iban": IBANValidator(),
    "us_ssn": SocialSecurityValidator(),
    "pem": PEMValidator(),
    "mixed_script": MixedScriptValidator(),
  ]
}
