import Guard

/// How a rule works, in plain words: from its definition alone, so that it cannot say anything else than is done.
enum RuleWords {
  /// Sentences, in the order in which they are best read.
  static func matching(_ rule: RuleDefinition) -> [String] {
    [patterns(rule), views(rule), exclusions(rule), checks(rule), proof(rule)].compactMap { $0 }
  }

  private static func patterns(_ rule: RuleDefinition) -> String {
    let count = rule.patterns.count
    switch rule.match {
    case .any where count == 1: return "One pattern has to match."
    case .any: return "Any one of \(count) patterns has to match."
    case .all:
      let groups = Set(rule.patterns.map(\.group)).count
      return "\(groups) different parts have to stand within \(rule.within) bytes of each other (\(count) patterns)."
    }
  }

  private static func views(_ rule: RuleDefinition) -> String? {
    let views = Set(rule.patterns.map(\.view))
    if views.contains(nil) { return "The text is read as it is, with disguises removed, and decoded." }
    let words = views.compactMap { view -> (Int, String)? in
      switch view {
      case .text: (0, "as it is")
      case .folded: (1, "with disguises (look-alike letters, invisible characters, spacing) removed")
      case .decoded: (2, "decoded (base64, hex, percent and the like)")
      case nil: nil
      }
    }
    let ordered = words.sorted { $0.0 < $1.0 }.map(\.1)
    return "The text is read \(ordered.joined(separator: ", and ")) only."
  }

  private static func exclusions(_ rule: RuleDefinition) -> String? {
    switch rule.exclude.count {
    case 0: nil
    case 1: "A match that contains a known harmless form is dropped."
    case let count: "A match that contains one of \(count) known harmless forms is dropped."
    }
  }

  private static func checks(_ rule: RuleDefinition) -> String? {
    let words = rule.validators.map { checkWords[$0] ?? $0.split(separator: "_").joined(separator: " ") }
    guard let last = words.last else { return nil }
    let list = words.count == 1 ? last : "\(words.dropLast().joined(separator: ", ")) and \(last)"
    return "The match is then checked: \(list)."
  }

  private static func proof(_ rule: RuleDefinition) -> String {
    let proven = rule.severity.name
    let unproven = rule.severity.lowered().name
    switch rule.proof {
    case .pattern: return "The form alone is proof: the finding is \(proven)."
    case .validator: return "The check is the proof: the finding is \(proven)."
    case .signal where rule.severity.lowered() == rule.severity: return "The finding is \(proven)."
    case .signal:
      let own = rule.patterns.contains(where: \.isProof) ? "one of its stricter patterns or " : ""
      return "The finding is \(proven) when \(own)a second, independent rule confirms it, else \(unproven)."
    }
  }

  private static let checkWords: [String: String] = [
    "aadhaar": "the check digit of an Aadhaar number",
    "aws_key_id": "the structure of an AWS key id",
    "basic_credentials": "a user and a password in base64, none of them a stand-in",
    "bidi_override_in_code": "a direction override that reorders code",
    "bsn": "the check of a Dutch BSN",
    "cn_resident_id": "the check digit of a Chinese resident id",
    "cnpj": "the check digits of a CNPJ",
    "codice_fiscale": "the check letter of a codice fiscale",
    "cpf": "the check digits of a CPF",
    "de_tax_id": "the check digit of a German tax id",
    "disguised_address": "an address in an unusual spelling",
    "dni": "the check letter of a DNI",
    "emoji_safe_zero_width": "invisible characters that no emoji or script needs",
    "entropy": "as random as a secret, not a word or a digest",
    "fr_nir": "the check of a French NIR",
    "github_crc32": "the checksum of a GitHub token",
    "hidden_tag_message": "a message in invisible tag characters",
    "iban": "country length and checksum of an IBAN",
    "jwt": "three parts with a readable JWT header",
    "luhn": "the Luhn check and a card network's prefix",
    "metadata_address": "a cloud metadata address in any spelling",
    "mixed_script": "one word in letters of several scripts",
    "nhs_number": "the check digit of an NHS number",
    "not_placeholder": "not a placeholder or an example",
    "npm_crc32": "the checksum of an npm token",
    "pem": "a PEM block with a plausible body",
    "pesel": "the check digit of a PESEL",
    "personnummer": "the check digit of a personnummer",
    "private_address": "a private or loopback address in any spelling",
    "rrn_kr": "the check digit of a Korean RRN",
    "us_ssn": "a number that the SSA can have given out",
  ]
}
