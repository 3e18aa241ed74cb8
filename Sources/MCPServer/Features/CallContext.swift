import JSONRPC

/// What is known about the request that is being worked on, and what its work has to tell the client meanwhile.
package struct CallContext {
  package let version: ProtocolVersion
  /// What the client calls itself: its own claim.
  package let clientName: String?
  /// Answers to the questions of the round before, by their keys. Only with a valid state, when there was one.
  package let answers: [String: JSONValue]
  /// The state of the round before.
  package let state: String?

  private let capabilities: JSONValue
  private let progressToken: JSONValue?
  private let logLevel: LogLevel?
  /// Notifications to be sent before the result.
  private(set) var notices: [Notice] = []
  private(set) var changes: [Change] = []

  init(
    version: ProtocolVersion, capabilities: JSONValue, clientName: String?, progressToken: JSONValue?,
    logLevel: LogLevel?, answers: [String: JSONValue], state: String?
  ) {
    self.version = version
    self.capabilities = capabilities
    self.clientName = clientName
    self.progressToken = progressToken
    self.logLevel = logLevel
    self.answers = answers
    self.state = state
  }

  /// Whether the client may be asked this.
  package func canAsk(_ request: InputRequest) -> Bool { request.isAllowed(by: capabilities, in: version) }

  /// Tells a client that wants to know how far the work is. Without a token of the client's nothing is sent.
  package mutating func reportProgress(_ progress: Int, of total: Int? = nil, message: String? = nil) {
    guard let progressToken else { return }
    var members: [(name: String, value: JSONValue)] = [
      ("progressToken", progressToken), ("progress", .integer(progress)),
    ]
    if let total { members.append(("total", .integer(total))) }
    if let message, version.hasProgressMessages { members.append(("message", .string(message))) }
    notices.append(Notice(method: "notifications/progress", parameters: members))
  }

  /// Sends a log message when the client wants those of this level.
  package mutating func log(_ level: LogLevel, _ data: JSONValue, logger: String? = nil) {
    guard let logLevel, level >= logLevel else { return }
    var members: [(name: String, value: JSONValue)] = [("level", .string(level.rawValue))]
    if let logger { members.append(("logger", .string(logger))) }
    members.append(("data", data))
    notices.append(Notice(method: "notifications/message", parameters: members))
  }

  /// Tells whoever asked for it that something has changed.
  package mutating func announce(_ change: Change) { changes.append(change) }
}

/// A notification of ours.
struct Notice: Sendable {
  let method: String
  let parameters: [(name: String, value: JSONValue)]
}

/// Something that clients can have asked to be told about.
package enum Change: Sendable, Equatable {
  case tools, prompts, resources
  case resource(uri: String)
}

/// Severities of log messages (RFC 5424), lowest first.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
  case debug, info, notice, warning, error, critical, alert, emergency

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
