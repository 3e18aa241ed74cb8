import Audit
import Guard

/// The last 24 hours, one bar for each, as SVG.
struct HourChart {
  struct Bar: Equatable {
    /// Microseconds since 1970.
    let start: Int64
    var delivered = 0
    var held = 0
    var stopped = 0

    var total: Int { delivered + held + stopped }
  }

  let bars: [Bar]

  /// - Parameter now: the last bar is the hour that holds it.
  init(_ hours: [AuditStatistics.Hour], now: Int64, count: Int = 24) {
    let hour: Int64 = 3_600_000_000
    let last = now / hour * hour
    let byStart = Dictionary(hours.map { ($0.start, $0.statuses) }, uniquingKeysWith: { first, _ in first })
    bars = (0..<count).map { index in
      let start = last - Int64(count - 1 - index) * hour
      let statuses = byStart[start] ?? [:]
      return Bar(
        start: start, delivered: statuses[.delivered] ?? 0, held: statuses[.quarantined] ?? 0,
        stopped: (statuses[.blocked] ?? 0) + (statuses[.rejected] ?? 0) + (statuses[.error] ?? 0))
    }
  }

  var svg: Markup {
    let top = Self.niceMaximum(bars.map(\.total).max() ?? 0)
    let (height, width, left, bottom) = (180, 764, 44, 24)
    let plot = height - bottom - 10
    let step = (width - left) / max(1, bars.count)
    func y(_ value: Int) -> Int { 10 + plot - Int(Double(value) / Double(top) * Double(plot)) }
    let lines = [0, top / 2, top].map { value in
      """
      <line class="grid" x1="\(left)" x2="\(width)" y1="\(y(value))" y2="\(y(value))"/>\
      <text class="tick" x="\(left - 8)" y="\(y(value) + 4)" text-anchor="end">\(Count.text(value))</text>
      """ as Markup
    }
    let columns = bars.enumerated().map { index, bar in
      let x = left + index * step + 2
      let clock = String(Timestamp.text(bar.start).dropFirst(11).prefix(5))
      var sum = 0
      let pieces: [Markup] = [("c-ok", bar.delivered), ("c-held", bar.held), ("c-stop", bar.stopped)].compactMap {
        tone, value in
        guard value > 0 else { return nil }
        let low = y(sum)
        sum += value
        // What was stopped is seen, however much passed beside it.
        let pieceHeight = max(tone == "c-ok" ? 1 : 3, low - y(sum))
        return
          "<rect class=\"\(tone)\" x=\"\(x)\" y=\"\(low - pieceHeight)\" width=\"\(step - 4)\" height=\"\(pieceHeight)\"/>"
      }
      let label: Markup =
        index % 4 == 3
        ? "<text class=\"tick\" x=\"\(x + (step - 4) / 2)\" y=\"\(height - 6)\" text-anchor=\"middle\">\(clock)</text>"
        : ""
      return """
        <g class="bar"><title>\(clock) UTC: \(bar.delivered) delivered, \(bar.held) quarantined, \(bar.stopped) stopped</title>\
        <rect class="hit" x="\(x - 2)" y="10" width="\(step)" height="\(plot)"/>\(pieces)</g>\(label)
        """ as Markup
    }
    return """
      <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="Messages in each of the last \
      \(bars.count) hours: \(bars.reduce(0) { $0 + $1.total }) in all, \(bars.reduce(0) { $0 + $1.held + $1.stopped }) \
      not delivered">\(lines)\(columns)</svg>
      """
  }

  /// The next of 1, 2, 5, 10, 20, 50 … with a half that is whole.
  static func niceMaximum(_ value: Int) -> Int {
    guard value > 4 else { return 4 }
    var unit = 1
    while unit <= value / 10 { unit *= 10 }
    return [1, 2, 4, 6, 8, 10].map { $0 * unit }.first { $0 >= value } ?? unit * 20
  }
}

/// A share of a whole as a thin bar.
enum ShareBar {
  static func svg(_ value: Int, of whole: Int, tone: String = "c-accent") -> Markup {
    let width = whole > 0 ? max(value > 0 ? 1 : 0, value * 100 / whole) : 0
    return """
      <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="c-track" width="100" \
      height="4"/><rect class="\(tone)" width="\(width)" height="4"/></svg>
      """
  }
}
