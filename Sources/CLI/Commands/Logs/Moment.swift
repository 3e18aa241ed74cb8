import Audit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Moments as people write and read them. Values are microseconds since 1970, as in the audit trail.
enum Moment {
  /// Reads "how long ago" (`30s`, `15m`, `1h`, `2d`) or an RFC 3339 date and time; nil when it is neither.
  static func parse(_ text: String, now: Int64) -> Int64? {
    age(text).map { now - $0 } ?? dateTime(text)
  }

  /// Local time with its offset: `2026-03-01T10:05:07+01:00`.
  static func local(_ moment: Int64) -> String {
    guard let time = localTime(moment) else { return Timestamp.text(moment) }
    let offset = Int(time.tm_gmtoff) / 60
    let sign = offset < 0 ? "-" : "+"
    return date(time) + "T" + clock(time) + sign + pad(abs(offset) / 60) + ":" + pad(abs(offset) % 60)
  }

  /// Local time in the fewest columns: the time of day when it is of today, else month, day and time.
  static func short(_ moment: Int64, now: Int64) -> String {
    guard let time = localTime(moment), let today = localTime(now) else { return Timestamp.text(moment) }
    if date(time) == date(today) { return clock(time) }
    return "\(pad(Int(time.tm_mon) + 1))-\(pad(Int(time.tm_mday))) \(clock(time).prefix(5))"
  }

  // MARK: Reading

  private static func age(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }) else { return nil }
    let digits = text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits) else { return nil }
    let (seconds, tooMany) = number.multipliedReportingOverflow(by: unit)
    let (microseconds, tooManyToo) = seconds.multipliedReportingOverflow(by: 1_000_000)
    // 10,000 years: nothing is older, and no subtraction below overflows.
    return tooMany || tooManyToo || seconds > 315_576_000_000 ? nil : microseconds
  }

  /// RFC 3339, section 5.6: `2026-03-01T09:05:07.25Z`, also with a space or small letters; a leap second counts as the
  /// one after it.
  private static func dateTime(_ text: String) -> Int64? {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"),
      let second = reader.number(2), (1...12).contains(month), (1...daysOf(month, year)).contains(day), hour < 24,
      minute < 60, second <= 60
    else { return nil }
    guard let fraction = reader.take(".") ? reader.microseconds() : 0 else { return nil }
    var offset: Int64 = 0
    if !reader.take("Z"), !reader.take("z") {
      let isBehind = reader.take("-")
      guard isBehind || reader.take("+"), let hours = reader.number(2), reader.take(":"),
        let minutes = reader.number(2), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * (isBehind ? -60 : 60)
    }
    guard reader.isAtEnd else { return nil }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return seconds * 1_000_000 + fraction
  }

  private static func daysOf(_ month: Int64, _ year: Int64) -> Int64 {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar, years counted from March.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let cycle = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfCycle = shifted - cycle * 400
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
  }

  // MARK: Writing

  private static func localTime(_ moment: Int64) -> tm? {
    var seconds = time_t(moment >= 0 ? moment / 1_000_000 : (moment - 999_999) / 1_000_000)
    var time = tm()
    return localtime_r(&seconds, &time) == nil ? nil : time
  }

  private static func date(_ time: tm) -> String {
    "\(pad(Int(time.tm_year) + 1900, to: 4))-\(pad(Int(time.tm_mon) + 1))-\(pad(Int(time.tm_mday)))"
  }

  private static func clock(_ time: tm) -> String {
    "\(pad(Int(time.tm_hour))):\(pad(Int(time.tm_min))):\(pad(Int(time.tm_sec)))"
  }

  private static func pad(_ number: Int, to width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// Reads fixed numbers of digits.
private struct DigitReader {
  private var bytes: ArraySlice<UInt8>

  init(_ text: String) { bytes = ArraySlice(text.utf8) }

  var isAtEnd: Bool { bytes.isEmpty }

  mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard let first = bytes.first, UInt32(first) == letter.value else { return false }
    bytes.removeFirst()
    return true
  }

  /// A number of exactly `count` digits.
  mutating func number(_ count: Int) -> Int64? {
    guard bytes.count >= count else { return nil }
    var number: Int64 = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// A fraction of a second: one digit or more, of which six count.
  mutating func microseconds() -> Int64? {
    guard var number = digit() else { return nil }
    var scale = 1
    while let next = digit() {
      guard scale < 6 else { continue }
      number = number * 10 + next
      scale += 1
    }
    while scale < 6 {
      number *= 10
      scale += 1
    }
    return number
  }

  private mutating func digit() -> Int64? {
    guard let first = bytes.first, (0x30...0x39).contains(first) else { return nil }
    bytes.removeFirst()
    return Int64(first - 0x30)
  }
}
