#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Moments as the record keeps them: microseconds since 1970-01-01T00:00:00Z.
package enum Timestamp {
  /// This machine's clock.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// RFC 3339 in UTC with six decimals: `2026-03-01T09:05:07.000123Z`, always 27 characters.
  ///
  /// Moments outside the years 0 to 9999, which RFC 3339 cannot express, give the nearest that it can.
  package static func text(_ microseconds: Int64) -> String {
    let clamped = min(max(microseconds, -62_167_219_200_000_000), 253_402_300_799_999_999)
    let (seconds, fraction) = floorDivide(clamped, 1_000_000)
    let (days, secondOfDay) = floorDivide(seconds, 86_400)
    let date = civilDate(days)
    var text: [UInt8] = []
    text.reserveCapacity(27)
    append(date.year, width: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    append(date.month, width: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    append(date.day, width: 2, to: &text)
    text.append(UInt8(ascii: "T"))
    append(secondOfDay / 3600, width: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    append(secondOfDay / 60 % 60, width: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    append(secondOfDay % 60, width: 2, to: &text)
    text.append(UInt8(ascii: "."))
    append(fraction, width: 6, to: &text)
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// Days since 1970-01-01 as a date of the proleptic Gregorian calendar.
  ///
  /// Years are counted from 1 March, which puts the leap day last, and days from the start of a 400-year cycle of
  /// 146,097 days: then every division below is by a constant and exact.
  private static func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (cycle, dayOfCycle) = floorDivide(days + 719_468, 146_097)
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    // Five months from March have 153 days: 31, 30, 31, 30, 31.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func append(_ number: Int64, width: Int, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    for _ in 0..<width {
      text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
