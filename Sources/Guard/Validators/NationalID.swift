/// National identification numbers with a public check digit. Each is its country's published algorithm.
struct NationalID: Validator {
  /// A number of digits only.
  private let lengths: ClosedRange<Int>
  private let check: @Sendable ([UInt8]) -> Bool
  /// For those with letters: judges a word of capitals and digits.
  private var word: (@Sendable ([UInt8]) -> Bool)?

  private init(_ lengths: ClosedRange<Int>, _ check: @escaping @Sendable ([UInt8]) -> Bool) {
    self.lengths = lengths
    self.check = check
  }

  private init(word: @escaping @Sendable ([UInt8]) -> Bool) {
    lengths = 0...0
    check = { _ in false }
    self.word = word
  }

  func accepts(_ text: UnsafeRawBufferPointer, match: Range<Int>) -> Bool {
    guard let word else {
      return DigitGroups.contains(text, match, minimum: lengths.lowerBound, maximum: lengths.upperBound) { digits in
        Set(digits).count > 2 && check(digits)
      }
    }
    return IdentifierWords.contains(text, match, word)
  }

  private static func weighted(_ digits: some Sequence<UInt8>, _ weights: some Sequence<Int>) -> Int {
    zip(digits, weights).reduce(0) { $0 + Int($1.0) * $1.1 }
  }

  private static func number(_ digits: some Sequence<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1) } }

  private static func isDate(month: Int, day: Int) -> Bool { (1...12).contains(month) && (1...31).contains(day) }

  /// Netherlands, burgerservicenummer: the eleven test.
  static let bsn = NationalID(9...9) { weighted($0, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0 }

  /// Poland: weights 1 3 7 9 and a date of birth whose month holds the century.
  static let pesel = NationalID(11...11) { digits in
    let month = number(digits[2...3]) % 20
    guard isDate(month: month, day: number(digits[4...5])) else { return false }
    return (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) + Int(digits[10])) % 10 == 0
  }

  /// Brazil, persons.
  static let cpf = NationalID(11...11) { digits in
    let first = weighted(digits, stride(from: 10, through: 2, by: -1)) * 10 % 11 % 10
    let second = weighted(digits, stride(from: 11, through: 2, by: -1)) * 10 % 11 % 10
    return first == Int(digits[9]) && second == Int(digits[10])
  }

  /// Brazil, companies.
  static let cnpj = NationalID(14...14) { digits in
    let weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    func check(_ sum: Int) -> Int { sum % 11 < 2 ? 0 : 11 - sum % 11 }
    return check(weighted(digits, weights.dropFirst())) == Int(digits[12])
      && check(weighted(digits, weights)) == Int(digits[13])
  }

  /// India: Verhoeff's dihedral check; never begins with 0 or 1.
  static let aadhaar = NationalID(12...12) { $0[0] > 1 && Verhoeff.isValid($0) }

  /// England and Wales: modulus 11.
  static let nhsNumber = NationalID(10...10) { digits in
    let rest = 11 - weighted(digits, stride(from: 10, through: 2, by: -1)) % 11
    return rest % 11 == Int(digits[9]) && rest != 10
  }

  /// Germany, Identifikationsnummer: ISO/IEC 7064 MOD 11,10, and of the first ten digits one occurs two or three times.
  static let germanTaxID = NationalID(11...11) { digits in
    var counts = [Int](repeating: 0, count: 10)
    for digit in digits.dropLast() { counts[Int(digit)] += 1 }
    guard digits[0] != 0, counts.count(where: { $0 > 1 }) == 1, counts.allSatisfy({ $0 < 4 }) else { return false }
    var product = 10
    for digit in digits.dropLast() {
      let sum = (Int(digit) + product) % 10
      product = (sum == 0 ? 10 : sum) * 2 % 11
    }
    return (11 - product) % 10 == Int(digits[10])
  }

  /// France, numéro d'inscription au répertoire: 97 minus the number modulo 97.
  static let nir = NationalID(15...15) { digits in
    guard digits[0] == 1 || digits[0] == 2 else { return false }
    let month = number(digits[3...4])
    guard (1...12).contains(month) || (20...42).contains(month) || month >= 50 else { return false }
    return 97 - number(digits[..<13]) % 97 == number(digits[13...])
  }

  /// Sweden: a date and a Luhn digit.
  static let personnummer = NationalID(10...12) { digits in
    guard digits.count != 11 else { return false }
    let short = Array(digits.suffix(10))
    let day = number(short[4...5])
    return isDate(month: number(short[2...3]), day: day > 60 ? day - 60 : day) && Luhn.isValid(short)
  }

  /// South Korea.
  static let residentRegistration = NationalID(13...13) { digits in
    guard isDate(month: number(digits[2...3]), day: number(digits[4...5])), digits[6] > 0 else { return false }
    return (11 - weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == Int(digits[12])
  }

  /// Spain: DNI and NIE, whose letter is the number modulo 23.
  static let dni = NationalID(word: { word in
    guard word.count == 9 else { return false }
    var digits = Array(word[..<8])
    switch digits[0] {
    case UInt8(ascii: "X"): digits[0] = 0x30
    case UInt8(ascii: "Y"): digits[0] = 0x31
    case UInt8(ascii: "Z"): digits[0] = 0x32
    default: break
    }
    guard digits.allSatisfy(\.isASCIIDigit), Set(digits).count > 2 else { return false }
    let letters = Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)
    return letters[number(digits.map { $0 - 0x30 }) % 23] == word[8]
  })

  /// Italy: six letters, date, place, and a letter from the sum of all.
  static let codiceFiscale = NationalID(word: { ItalianTaxCode.isValid($0) })

  /// China: 17 digits with a date and a check character (GB 11643, ISO/IEC 7064 MOD 11-2).
  static let chineseResidentID = NationalID(word: { word in
    guard word.count == 18, word.dropLast().allSatisfy(\.isASCIIDigit) else { return false }
    let digits = word.dropLast().map { $0 - 0x30 }
    guard (1900...2099).contains(number(digits[6...9])), digits[0] > 0,
      isDate(month: number(digits[10...11]), day: number(digits[12...13]))
    else { return false }
    let sum = weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return Array("10X98765432".utf8)[sum % 11] == word[17]
  })
}

/// Words of letters and digits, in capitals, hyphens and dots inside left out.
enum IdentifierWords {
  static func contains(_ text: UnsafeRawBufferPointer, _ match: Range<Int>, _ body: ([UInt8]) -> Bool) -> Bool {
    var index = max(0, match.lowerBound)
    let end = min(match.upperBound, text.count)
    while index < end {
      guard text[index].isASCIIAlphanumeric else {
        index += 1
        continue
      }
      let start = index
      var word: [UInt8] = []
      while index < end, word.count <= 24 {
        let byte = text[index]
        if byte.isASCIIAlphanumeric {
          word.append(byte.isASCIILower ? byte & 0xDF : byte)
        } else if byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") || !text[index - 1].isASCIIAlphanumeric {
          break
        }
        index += 1
      }
      let startsWord = start == 0 || !text[start - 1].isASCIIAlphanumeric
      let endsWord = index >= text.count || !text[index].isASCIIAlphanumeric
      if startsWord, endsWord, body(word) { return true }
      while index < end, text[index].isASCIIAlphanumeric { index += 1 }
    }
    return false
  }
}

/// Verhoeff's check digit: permutations and the multiplication table of the dihedral group of order ten.
enum Verhoeff {
  static func isValid(_ digits: [UInt8]) -> Bool {
    var check = 0
    for (position, digit) in digits.reversed().enumerated() {
      var value = Int(digit)
      for _ in 0..<position % 8 { value = permutation[value] }
      check = product(check, value)
    }
    return check == 0
  }

  private static let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

  /// 0–4 are rotations of a pentagon, 5–9 reflections.
  private static func product(_ a: Int, _ b: Int) -> Int {
    switch (a < 5, b < 5) {
    case (true, true): (a + b) % 5
    case (true, false): (a + b - 5) % 5 + 5
    case (false, true): (a - 5 - b + 5) % 5 + 5
    case (false, false): (a - b + 5) % 5
    }
  }
}

/// The Italian codice fiscale (decree of 23 December 1976).
enum ItalianTaxCode {
  static func isValid(_ word: [UInt8]) -> Bool {
    guard word.count == 16 else { return false }
    for (position, isLetter) in shape.enumerated() {
      // Digits may be replaced by letters when two people would have the same code.
      let byte = word[position]
      if isLetter ? !byte.isASCIILetter : !(byte.isASCIIDigit || substitutes.contains(byte)) { return false }
    }
    var sum = 0
    for (position, byte) in word.dropLast().enumerated() {
      let value = byte.isASCIIDigit ? Int(byte - 0x30) : Int(byte - 0x41)
      sum += position % 2 == 0 ? odd[value] : value
    }
    return Int(word[15] - 0x41) == sum % 26
  }

  private static let shape = "LLLLLLDDLDDLDDDL".map { $0 == "L" }
  private static let substitutes = Array("LMNPQRSTUV".utf8)
  private static let odd = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
  ]
}
