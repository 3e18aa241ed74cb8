import Testing

@testable import Guard

enum MoneyCases {
  static let all = [card, iban]

  static let card = ValidatorCases(
    name: "luhn",
    accepted: [
      "card: 4539 1488 0343 6467", "4111-1111-1111-1111", "5105105105105100", "378282246310005", "3714 496353 98431",
      "6011111111111117", "30569309025904", "3530111333300000", "4222222222222", "2223003122003222", "6759649826438453",
    ],
    refused: [
      "card: 4539 1488 0343 6468", "4444 4444 4444 4444", "1234", "1234567812345670", "0000000000000000",
      "45391488034364670000", "9999999999999995", "4539  1488  0343  6467",
    ])

  static let iban = ValidatorCases(
    name: "iban",
    accepted: [
      "GB82 WEST 1234 5698 7654 32", "IBAN: DE89370400440532013000", "fr14 2004 1010 0505 0001 3m02 606",
      "NO93 8601 1117 947, Oslo", "MT84MALT011000012345MTLCAST001S",
    ],
    refused: [
      "GB83 WEST 1234 5698 7654 32", "DE8937040044053201300", "DE893704004405320130000", "XX89370400440532013000",
      "short",
      "ADE89370400440532013000", "DE89 3704  0044 0532 0130 00",
    ])
}

@Suite struct MoneyValidatorTests {
  @Test("one wrong digit anywhere is noticed in a card number and in an IBAN")
  func wrongDigits() throws {
    for (name, value) in [
      ("luhn", "4539148803436467"), ("luhn", "378282246310005"), ("iban", "DE89370400440532013000"),
      ("iban", "GB82WEST12345698765432"),
    ] {
      #expect(try accepts(name, value))
      for changed in Digits.changed(value, from: name == "iban" ? 2 : 0) {
        #expect(try !accepts(name, changed), "\(changed)")
      }
    }
  }

  @Test("a number that goes on outside the match is another number")
  func cut() throws {
    #expect(try !accepts("luhn", "45391488034364671", match: "4539148803436467"))
    #expect(try !accepts("luhn", "14539148803436467", match: "4539148803436467"))
    #expect(try accepts("luhn", "no. 4539148803436467.", match: "4539148803436467"))
    #expect(try accepts("iban", "to DE89 3704 0044 0532 0130 00 today", match: "DE89 3704 0044"))
  }
}

enum Digits {
  /// Every text that differs in one digit.
  static func changed(_ value: String, from start: Int = 0) -> [String] {
    let bytes = Array(value.utf8)
    return bytes.indices.dropFirst(start).filter { bytes[$0].isASCIIDigit }.flatMap { index in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).filter { $0 != bytes[index] }.map { digit in
        var changed = bytes
        changed[index] = digit
        return String(decoding: changed, as: UTF8.self)
      }
    }
  }
}
