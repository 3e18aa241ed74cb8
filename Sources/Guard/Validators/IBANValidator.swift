/// An international bank account number: two letters, two check digits, modulo 97 (ISO 13616-1), blanks allowed.
///
/// Looks for the first place in the match from which a valid number of 15 to 34 characters reaches to its end, so
/// that a label in front does no harm. Quadratic only in the match, of which at most 96 bytes are read.
struct IBANValidator: Validator {
  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    let characters = text[match].suffix(96).filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }.map(upper)
    guard characters.count >= 15 else { return false }
    return (0...(characters.count - 15)).contains { start in
      let number = characters[start...]
      return number.count <= 34 && isValid(Array(number))
    }
  }

  private func isValid(_ number: [UInt8]) -> Bool {
    guard isLetter(number[0]), isLetter(number[1]), isDigit(number[2]), isDigit(number[3]) else { return false }
    var remainder = 0
    for byte in number[4...] + number[..<4] {
      if isDigit(byte) {
        remainder = (remainder * 10 + Int(byte - UInt8(ascii: "0"))) % 97
      } else if isLetter(byte) {
        remainder = (remainder * 100 + Int(byte - UInt8(ascii: "A")) + 10) % 97
      } else {
        return false
      }
    }
    return remainder == 1
  }

  private func upper(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 0x20 : byte }
  private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
