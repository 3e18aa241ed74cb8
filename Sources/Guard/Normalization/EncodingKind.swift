/// How a text inside a text was encoded.
package enum EncodingKind: String, Sendable, CaseIterable {
  /// Percent-encoding, HTML character references, backslash escapes and quoted-printable, all in one.
  case inPlace = "escapes"
  case base64
  case base32
  case hexadecimal = "hex"
  /// Character codes as a list of numbers: decimal, octal, hexadecimal or binary.
  case numbers
  case rot13
  case reversed
}
