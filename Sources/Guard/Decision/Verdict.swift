/// What inspection says about a frame, whatever the mode then does with it. Ordered by strength.
package enum Verdict: Int, Sendable, Comparable, CaseIterable {
  case clean, flag, quarantine, block

  package static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }

  /// The verdict that one finding of this severity calls for.
  package init(_ severity: Severity) {
    switch severity {
    case .info, .low: self = .clean
    case .medium: self = .flag
    case .high: self = .quarantine
    case .critical: self = .block
    }
  }

  package init?(name: some StringProtocol) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  package var name: String {
    switch self {
    case .clean: "clean"
    case .flag: "flag"
    case .quarantine: "quarantine"
    case .block: "block"
    }
  }
}
