/// Reads moments as RFC 3339 writes them, and nothing looser: `2026-03-01T09:05:07Z`, `2026-03-01T10:05:07.25+01:00`.
package enum RFC3339 {
  /// The moment in microseconds since 1970-01-01T00:00:00Z; further digits of the fraction are cut off.
  ///
  /// Days must exist, an offset is at most 23:59, a second 60 is taken only at 23:59 UTC. `T` and `Z` may be lower case,
  /// as the grammar of section 5.6 has it. At most 40 bytes.
  ///
  /// - Returns: nil for every other text.
  package static func microseconds(_ text: some StringProtocol) -> Int64? {
    guard text.utf8.count <= 40 else { return nil }
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), (1...12).contains(month),
      reader.skip("-"), let day = reader.digits(2), (1...days(inMonth: month, of: year)).contains(day),
      reader.skip("T", "t"), let hour = reader.digits(2), hour < 24, reader.skip(":"),
      let minute = reader.digits(2), minute < 60, reader.skip(":"), let second = reader.digits(2), second <= 60,
      let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
    else { return nil }
    let minutes = daysSince1970(year, month, day) * 1440 + hour * 60 + minute - offset
    if second == 60, floorModulo(minutes, 1440) != 1439 { return nil }
    return (minutes * 60 + second) * 1_000_000 + fraction
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    mutating func digits(_ count: Int) -> Int64? {
      guard index + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    mutating func digit() -> Int64? {
      guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
      defer { index += 1 }
      return Int64(bytes[index] - 0x30)
    }

    mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
      guard index < bytes.count, characters.contains(where: { UInt32(bytes[index]) == $0.value }) else { return false }
      index += 1
      return true
    }

    /// Microseconds; zero when there is no fraction, nil when a point has no digit behind it.
    mutating func fraction() -> Int64? {
      guard skip(".") else { return 0 }
      guard var value = digit() else { return nil }
      var count = 1
      while let digit = digit() {
        if count < 6 { value = value * 10 + digit }
        count += 1
      }
      while count < 6 {
        value *= 10
        count += 1
      }
      return value
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
      if skip("Z", "z") { return 0 }
      let isEast = skip("+")
      guard isEast || skip("-"), let hours = digits(2), hours < 24, skip(":"), let minutes = digits(2), minutes < 60
      else { return nil }
      return isEast ? hours * 60 + minutes : -(hours * 60 + minutes)
    }
  }

  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The proleptic Gregorian calendar. Years are counted from 1 March, which puts the leap day last.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    // `shifted` is -1 at least; 400 years more keep the divisions exact, and are 146,097 days.
    let years = shifted + 400
    return years * 365 + years / 4 - years / 100 + years / 400 + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
      - 146_097
  }

  private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
