/// A published revision of MCP, oldest first.
///
/// The four with a handshake are called legacy here, the stateless one modern.
package enum ProtocolVersion: String, Sendable, CaseIterable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

  /// Those that `initialize` can agree on.
  package static let handshake = allCases.filter { !$0.isModern }
  package static let newestHandshake = ProtocolVersion.november2025
  /// What we say that we speak, newest first.
  static let supported = allCases.reversed().map(\.rawValue)

  /// Every request carries its version and capabilities; nothing follows from earlier ones.
  package var isModern: Bool { self >= .july2026 }

  // What a revision knows. What it does not know is left out for it.

  var hasAnnotations: Bool { self >= .march2025 }
  /// Arrays of messages: one revision only.
  var hasBatches: Bool { self == .march2025 }
  /// Titles, output schemas and structured content.
  var hasStructuredContent: Bool { self >= .june2025 }
  var hasElicitation: Bool { self >= .june2025 }
  var hasProgressMessages: Bool { self >= .march2025 }
  /// Descriptions and web addresses of implementations, icons.
  var hasImplementationDetails: Bool { self >= .november2025 }
  /// Whether an error about a message whose id could not be read may go without one; JSON-RPC has null there.
  var errorsMayLackID: Bool { self >= .november2025 }
}
