import Audit
import Testing

@testable import CLI

@Suite("Moments")
struct MomentTests {
  private let now: Int64 = 1_772_355_907_000_123

  @Test("an age counts back from now")
  func ages() {
    #expect(Moment.parse("30s", now: now) == now - 30_000_000)
    #expect(Moment.parse("15m", now: now) == now - 900_000_000)
    #expect(Moment.parse("1h", now: now) == now - 3_600_000_000)
    #expect(Moment.parse("2d", now: now) == now - 172_800_000_000)
  }

  @Test("a date and time is read as RFC 3339 writes it")
  func dates() {
    #expect(Moment.parse("1970-01-01T00:00:00Z", now: now) == 0)
    #expect(Moment.parse("2026-03-01T09:05:07.000123Z", now: now) == now)
    #expect(Moment.parse("2026-03-01T10:05:07.000123+01:00", now: now) == now)
    #expect(Moment.parse("2026-03-01 03:35:07.0001239-05:30", now: now) == now)
    #expect(Moment.parse("1969-12-31T23:59:59.5Z", now: now) == -500_000)
    #expect(Moment.parse("2024-02-29T00:00:00z", now: now) != nil)
  }

  @Test("anything else is refused")
  func refused() {
    for text in [
      "", "1", "h", "-1h", "1w", "1.5h", "1 h", "99999999999999999999d", "999999999999d", "2026-03-01",
      "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T00:00:00", "2026-03-01T00:00:00.Z",
      "2026-03-01T00:00:00Zx", "2026-3-1T00:00:00Z", "２h",
    ] { #expect(Moment.parse(text, now: now) == nil, "\(text)") }
  }

  @Test("every day of four centuries is read as the audit trail writes it")
  func everyDay() {
    for day in stride(from: Int64(-100 * 365), to: 300 * 365, by: 1) {
      let moment = day * 86_400_000_000 + 1
      #expect(Moment.parse(Timestamp.text(moment), now: 0) == moment)
    }
  }

  @Test("local time names the same moment")
  func localTime() {
    #expect(Moment.parse(Moment.local(now), now: 0) == now - 123)
    #expect(Moment.short(now, now: now).utf8.count == 8)
    #expect(Moment.short(now - 40 * 86_400_000_000, now: now).utf8.count == 11)
  }
}
