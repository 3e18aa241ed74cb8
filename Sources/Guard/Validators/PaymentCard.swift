/// `luhn`: a payment card number. 13 to 19 digits, a network's prefix and length, a right check digit (ISO/IEC 7812-1), and not the
/// same digit throughout.
struct PaymentCard: Validator {
  func evidence(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Range<Int>? { DigitGroups.evidence(text, match) }

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    DigitGroups.contains(text, match, minimum: 13, maximum: 19) { digits in
      Self.hasNetwork(digits) && Luhn.isValid(digits) && Set(digits).count > 1
    }
  }

  private static func hasNetwork(_ digits: [UInt8]) -> Bool {
    func prefix(_ length: Int) -> Int { digits.prefix(length).reduce(0) { $0 * 10 + Int($1) } }
    switch digits.count {
    case 13: return digits[0] == 4
    case 14: return (300...305).contains(prefix(3)) || [36, 38, 39].contains(prefix(2))
    case 15: return prefix(2) == 34 || prefix(2) == 37 || prefix(4) == 2131 || prefix(4) == 1800
    case 16:
      if digits[0] == 4 || (51...55).contains(prefix(2)) || (2221...2720).contains(prefix(4)) { return true }
      // Discover, JCB, UnionPay, Maestro, RuPay, Mir, Troy, Diners.
      return [60, 62, 64, 65, 35, 50, 56, 57, 58, 63, 67, 81, 82, 36, 38, 39].contains(prefix(2)) || prefix(4) == 9792
        || (2200...2204).contains(prefix(4))
    default: return digits[0] == 4 || [50, 56, 57, 58, 62, 63, 67].contains(prefix(2))
    }
  }
}

/// The check digit of ISO/IEC 7812-1, annex B.
enum Luhn {
  static func isValid(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
    var sum = 0
    for (position, digit) in digits.reversed().enumerated() {
      let doubled = Int(digit) * (position % 2 == 1 ? 2 : 1)
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0
  }
}
