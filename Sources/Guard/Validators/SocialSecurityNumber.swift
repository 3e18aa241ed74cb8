/// `us_ssn`: a United States social security number: area 001–899 without 666, group 01–99, serial 0001–9999, and none of
/// the numbers that were printed in advertisements.
struct SocialSecurityNumber: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    DigitGroups.contains(text, match, minimum: 9, maximum: 9) { digits in
      let number = digits.reduce(0) { $0 * 10 + Int($1) }
      let area = number / 1_000_000
      let group = number / 10_000 % 100
      let serial = number % 10_000
      guard area > 0, area != 666, area < 900, group > 0, serial > 0 else { return false }
      if Set(digits).count == 1 || number == 123_456_789 || number == 987_654_321 { return false }
      return number != 78_051_120 && number != 219_099_999 && number != 457_555_462
    }
  }
}
