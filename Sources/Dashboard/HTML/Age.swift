import Audit

/// Moments for people. The exact one, in UTC, stands beside; the script shows it in the reader's own time.
enum Age {
  /// "just now", "4 min ago", "3 h ago", "2 d ago".
  static func words(since moment: Int64, now: Int64) -> String {
    let seconds = max(0, (now - moment) / 1_000_000)
    if seconds < 10 { return "just now" }
    return length(seconds) + " ago"
  }

  /// "in 5 min".
  static func words(until moment: Int64, now: Int64) -> String {
    // Rounded up: who comes back then is not too early.
    "in " + length(max(1, (moment - now + 999_999) / 1_000_000))
  }

  static func length(_ seconds: Int64) -> String {
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3600) h" }
    return "\(seconds / 86_400) d"
  }

  /// A `time` element.
  static func element(_ moment: Int64, now: Int64) -> Markup {
    let exact = Timestamp.text(moment)
    return "<time datetime=\"\(exact)\" title=\"\(exact)\">\(words(since: moment, now: now))</time>"
  }

  /// `14:05:09`, in UTC, with the whole moment behind it.
  static func clock(_ moment: Int64) -> Markup {
    let exact = Timestamp.text(moment)
    return
      "<time class=\"clock\" datetime=\"\(exact)\" title=\"\(exact)\">\(String(exact.dropFirst(11).prefix(8)))</time>"
  }

  /// `2026-03-01 14:05 UTC`.
  static func date(_ moment: Int64) -> String {
    let exact = Timestamp.text(moment)
    return "\(exact.prefix(10)) \(exact.dropFirst(11).prefix(5)) UTC"
  }

  /// From microseconds: "0.4 ms", "12 ms".
  static func latency(_ microseconds: Int64) -> String {
    if microseconds < 1000 { return "\(microseconds) µs" }
    if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds / 100 % 10) ms" }
    return "\(microseconds / 1000) ms"
  }
}

/// Numbers for people.
enum Count {
  /// `1 234 567`, with narrow spaces.
  static func text(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{2009}" }
      text.append(digit)
    }
    return number < 0 ? "−" + text : text
  }

  static func words(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(text(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  static func bytes(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    if count < 1024 * 1024 { return "\(count / 1024).\(count % 1024 * 10 / 1024) KiB" }
    return "\(count / 1_048_576).\(count % 1_048_576 * 10 / 1_048_576) MiB"
  }
}
