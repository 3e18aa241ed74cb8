/// A judgement over a match that an expression cannot make: a checksum, a structure, an address in disguise.
///
/// Pure and total: any bytes and any range inside them give an answer, in time linear in the match and a bounded piece of
/// its surroundings.
package protocol Validator: Sendable {
  /// - Parameters:
  ///   - text: the whole text.
  ///   - match: the bytes that the expression matched. May hold more than the value: a label, a quotation mark, a URL.
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool

  /// The bytes that the answer depends on, the match among them; nil when that is not known. Where they and the match in
  /// them are the same, so is the answer.
  ///
  /// - Parameter match: lies in the text.
  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>?
}

extension Validator {
  package func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { nil }
}

/// All validators by the names that rules use.
package enum Validators {
  package static func named(_ name: String) -> (any Validator)? { table[name] }

  /// Sorted.
  package static var names: [String] { table.keys.sorted() }

  private static let table: [String: any Validator] = [
    // Secrets.
    "aws_key_id": AWSKeyID(),
    "basic_credentials": BasicCredentials(),
    "entropy": Entropy(),
    "github_crc32": TokenCRC32(.github),
    "jwt": JSONWebToken(),
    "not_placeholder": NotPlaceholder(),
    "npm_crc32": TokenCRC32(.npm),
    "pem": PEMBlock(),
    // Addresses.
    "disguised_address": AddressValidator(.disguised),
    "metadata_address": AddressValidator(.metadata),
    "private_address": AddressValidator(.privateNetwork),
    // Characters.
    "bidi_override_in_code": BidiOverride(),
    "emoji_safe_zero_width": MisplacedZeroWidth(),
    "hidden_tag_message": HiddenTagMessage(),
    "mixed_script": MixedScript(),
    // Money and people.
    "iban": IBAN(),
    "luhn": PaymentCard(),
    "us_ssn": SocialSecurityNumber(),
    "aadhaar": NationalID.aadhaar,
    "bsn": NationalID.bsn,
    "cnpj": NationalID.cnpj,
    "codice_fiscale": NationalID.codiceFiscale,
    "cpf": NationalID.cpf,
    "de_tax_id": NationalID.germanTaxID,
    "dni": NationalID.dni,
    "fr_nir": NationalID.nir,
    "nhs_number": NationalID.nhsNumber,
    "pesel": NationalID.pesel,
    "personnummer": NationalID.personnummer,
    "rrn_kr": NationalID.residentRegistration,
    "cn_resident_id": NationalID.chineseResidentID,
  ]
}
