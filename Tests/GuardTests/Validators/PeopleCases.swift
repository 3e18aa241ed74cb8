import Testing

@testable import Guard

/// The accepted values are the specimens of the issuers, of their documentation or of test data they publish, or
/// computed by hand.
enum PeopleCases {
  static let all = [
    socialSecurity, aadhaar, bsn, china, cnpj, codiceFiscale, cpf, dni, germany, nhs, nir, pesel, personnummer, korea,
  ]

  static let socialSecurity = ValidatorCases(
    name: "us_ssn", accepted: ["SSN 219-09-9998", "536-22-8145", "412639071"],
    refused: [
      "000-12-3456", "666-12-3456", "901-12-3456", "219-00-9998", "219-09-0000", "219-09-999", "078-05-1120",
      "123-45-6789",
      "111-11-1111",
    ])

  static let aadhaar = ValidatorCases(
    name: "aadhaar", accepted: ["2341 2341 2346", "UID: 234123412346"],
    refused: ["2341 2341 2345", "1341 2341 2346", "2341 2341 234", "2222 2222 2222"])

  static let bsn = ValidatorCases(
    name: "bsn", accepted: ["BSN 111222333", "123456782"],
    refused: ["111222334", "12345678", "1112223330", "000000000"])

  static let china = ValidatorCases(
    name: "cn_resident_id",
    accepted: [
      "11010519491231002X", "身份证 11010519491231002x", "440524188001010014".replacing("1880", with: "1980").chinaChecked,
    ],
    refused: ["110105194912310021", "11010519491331002X", "11010517491231002X", "1101051949123100"])

  static let cnpj = ValidatorCases(
    name: "cnpj", accepted: ["11.222.333/0001-81", "11222333000181"],
    refused: ["11.222.333/0001-80", "11.222.333/0001-8", "11.111.111/1111-11"])

  static let codiceFiscale = ValidatorCases(
    name: "codice_fiscale", accepted: ["RSSMRA85T10A562S", "cf: rssmra85t10a562s"],
    refused: ["RSSMRA85T10A562T", "RSSMRA85T10A562", "R5SMRA85T10A562S", "RSSMRA85T10A562SS"])

  static let cpf = ValidatorCases(
    name: "cpf", accepted: ["529.982.247-25", "CPF 52998224725"],
    refused: ["529.982.247-26", "111.111.111-11", "529.982.247-2"])

  static let dni = ValidatorCases(
    name: "dni", accepted: ["12345678Z", "12345678-z", "NIE X1234567L", "Y1234567X"],
    refused: ["12345678A", "1234567Z", "X1234567A", "A1234567L", "00000000T"])

  static let germany = ValidatorCases(
    name: "de_tax_id", accepted: ["86 095 742 719", "IdNr 47036892816"],
    refused: ["86 095 742 718", "12345678901", "06095742719", "8609574271"])

  static let nhs = ValidatorCases(
    name: "nhs_number", accepted: ["943 476 5919", "NHS 9434765919"],
    refused: ["943 476 5918", "943 476 591", "1111111111"])

  static let nir = ValidatorCases(
    name: "fr_nir", accepted: ["2 55 08 14 168 025 38", "255081416802538"],
    refused: ["255081416802539", "355081416802538", "255151416802538", "25508141680253"])

  static let pesel = ValidatorCases(
    name: "pesel", accepted: ["44051401359", "PESEL 02070803628"],
    refused: ["44051401358", "44131401359", "4405140135"])

  static let personnummer = ValidatorCases(
    name: "personnummer", accepted: ["811218-9876", "198112189876", "670919-9530"],
    refused: ["811218-9875", "811318-9876", "81121898760", "811218987"])

  static let korea = ValidatorCases(
    name: "rrn_kr", accepted: ["880101-1234564".koreaChecked, "9210302345678".koreaChecked],
    refused: ["881301-1234564", "880132-1234564", "880101-0234564", "880101-123456"])
}

@Suite struct NationalNumberTests {
  @Test(
    "one wrong digit anywhere is noticed",
    arguments: [
      ("aadhaar", "234123412346"), ("bsn", "123456782"), ("cnpj", "11222333000181"), ("dni", "12345678Z"),
      ("nhs_number", "9434765919"), ("fr_nir", "255081416802538"), ("pesel", "44051401359"),
      ("personnummer", "8112189876"),
      ("codice_fiscale", "RSSMRA85T10A562S"), ("cn_resident_id", "11010519491231002X"), ("de_tax_id", "86095742719"),
      ("cpf", "52998224725"),
    ])
  func wrongDigits(name: String, value: String) throws {
    #expect(try accepts(name, value))
    for changed in Digits.changed(value) {
      #expect(try !accepts(name, changed), "\(changed)")
    }
  }

  @Test("Verhoeff's check notices every exchange of neighbours")
  func exchanges() {
    let digits: [UInt8] = [2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 6]
    #expect(Verhoeff.isValid(digits))
    for index in 1..<digits.count where digits[index] != digits[index - 1] {
      var changed = digits
      changed.swapAt(index, index - 1)
      #expect(!Verhoeff.isValid(changed))
    }
  }
}

extension String {
  /// With the check character of GB 11643 in its last place.
  fileprivate var chinaChecked: String {
    let digits = utf8.dropLast().map { Int($0) - 48 }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return String(dropLast()) + String(Array("10X98765432")[sum % 11])
  }

  /// With the check digit of a resident registration number in its last place.
  fileprivate var koreaChecked: String {
    let digits = utf8.filter(\.isASCIIDigit).dropLast().map { Int($0) - 48 }
    let sum = zip(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]).reduce(0) { $0 + $1.0 * $1.1 }
    return String(dropLast()) + String((11 - sum % 11) % 10)
  }
}
