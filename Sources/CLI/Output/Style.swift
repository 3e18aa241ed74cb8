import Guard

/// Colours of a terminal's own palette, so that they suit light and dark ones. A plain style changes nothing.
struct Style: Equatable {
  let isColoured: Bool

  static let plain = Style(isColoured: false)
  static let coloured = Style(isColoured: true)

  enum Tint: Equatable {
    case none, bold, dim, red, boldRed, magenta, yellow, green, cyan
  }

  /// Puts a tint around a text that is safe already.
  func apply(_ tint: Tint, to text: String) -> String {
    guard isColoured, tint != .none, !text.isEmpty else { return text }
    return "\u{1B}[\(Self.codes(tint))m\(text)\u{1B}[0m"
  }

  static func tint(_ severity: Severity) -> Tint {
    switch severity {
    case .critical: .boldRed
    case .high: .magenta
    case .medium: .yellow
    case .low: .cyan
    case .info: .dim
    }
  }

  static func tint(_ verdict: Verdict) -> Tint {
    switch verdict {
    case .block: .boldRed
    case .quarantine: .magenta
    case .flag: .yellow
    case .clean: .green
    }
  }

  static func tint(_ status: DeliveryStatus) -> Tint {
    switch status {
    case .delivered: .none
    case .blocked, .rejected: .boldRed
    case .quarantined: .magenta
    case .error: .red
    }
  }

  private static func codes(_ tint: Tint) -> String {
    switch tint {
    case .none: "0"
    case .bold: "1"
    case .dim: "2"
    case .red: "31"
    case .boldRed: "1;31"
    case .magenta: "35"
    case .yellow: "33"
    case .green: "32"
    case .cyan: "36"
    }
  }
}
