/// A United States social security number that could have been issued: nine digits, area not 000, 666 or 900 and
/// above, group not 00, serial not 0000 (SSA, "Social Security Number Randomization").
struct SocialSecurityValidator: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let digits = text[match].filter { (0x30...0x39).contains($0) }.map { Int($0) - 0x30 }
    guard digits.count == 9, Set(digits).count > 1 else { return false }
    let area = digits[0] * 100 + digits[1] * 10 + digits[2]
    let group = digits[3] * 10 + digits[4]
    let serial = digits[5...].reduce(0) { $0 * 10 + $1 }
    return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
  }
}
