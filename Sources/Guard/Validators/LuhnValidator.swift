/// A payment card number: 13 to 19 digits with a valid check digit (ISO/IEC 7812-1), blanks and dashes allowed.
///
/// The match may carry a label: its last run of digits is judged. Numbers of one or two distinct digits are
/// placeholders, and a card begins with 2 to 6.
struct LuhnValidator: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    var run: [UInt8] = []
    var last: [UInt8] = []
    for byte in text[match] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): run.append(byte - UInt8(ascii: "0"))
      case UInt8(ascii: " "), UInt8(ascii: "-"): break
      default:
        if !run.isEmpty { last = run }
        run.removeAll(keepingCapacity: true)
      }
    }
    let digits = run.isEmpty ? last : run
    guard (13...19).contains(digits.count), (2...6).contains(digits[0]), Set(digits).count > 2 else { return false }
    var sum = 0
    for (position, digit) in digits.reversed().enumerated() {
      let value = Int(digit) * (position % 2 == 1 ? 2 : 1)
      sum += value > 9 ? value - 9 : value
    }
    return sum % 10 == 0
  }
}
