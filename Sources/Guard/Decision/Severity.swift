/// How bad a finding is, lowest first.
package enum Severity: Int, Sendable, Comparable, CaseIterable {
  case info, low, medium, high, critical

  package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  package init?(name: some StringProtocol) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  package var name: String {
    switch self {
    case .info: "info"
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .critical: "critical"
    }
  }

  /// One step less, never below `floor`.
  package func lowered(floor: Severity = .info) -> Severity {
    max(Severity(rawValue: rawValue - 1) ?? .info, min(self, floor))
  }
}
