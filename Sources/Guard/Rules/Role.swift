/// Where a text stands in MCP traffic: who wrote it, and who will read it.
package enum Role: UInt8, Sendable, CaseIterable {
  /// Descriptions, schemas, annotations, server instructions: what a server says about itself.
  case toolDescription
  /// What a client or a model sends to a server.
  case toolArguments
  /// What a tool returned.
  case toolResult
  /// Prompts, sampling and elicitation.
  case prompt
  /// Contents of a resource.
  case resource
  /// Log messages, progress, and everything without a closer name.
  case message
  /// Errors, and results that say they are one.
  case error

  package var name: String {
    switch self {
    case .toolDescription: "tool_description"
    case .toolArguments: "tool_arguments"
    case .toolResult: "tool_result"
    case .prompt: "prompt"
    case .resource: "resource"
    case .message: "message"
    case .error: "error"
    }
  }

  package init?(name: some StringProtocol) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// Whether quoting or describing an attack may lower a finding here. Whoever writes a description, an argument or
  /// an error has no reason to quote one.
  package var allowsMention: Bool {
    switch self {
    case .toolDescription, .toolArguments, .error: false
    case .toolResult, .prompt, .resource, .message: true
    }
  }
}

/// A set of roles.
package struct RoleSet: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package init(_ role: Role) { rawValue = 1 << role.rawValue }
  package static let all = RoleSet(rawValue: 0x7F)

  package var roles: [Role] { Role.allCases.filter { contains(RoleSet($0)) } }

  /// Whether every role of the set does.
  var allowsMention: Bool { Role.allCases.allSatisfy { $0.allowsMention || !contains(RoleSet($0)) } }
}
