import Guard
import JSONRPC

/// What is done with a message that must not arrive as it is (protocol notes, section 1.7: the first choice of each row).
indirect enum Treatment: Sendable {
  /// Nothing is said to anyone.
  case drop
  /// The sender gets an answer.
  case reply(BlockedReply.Shape)
  /// The other side, which waits for an answer, gets this one instead.
  case replace(BlockedReply.Shape)
  /// What offends is cut out and the rest goes on; where that does not do, the other treatment.
  case rewrite(otherwise: Treatment)

  /// - Parameters:
  ///   - exchange: for a response, with the method of the request that it answers.
  ///   - isError: the response is an error.
  ///   - errorCode: the literal of its code, when it is an integer.
  ///   - isKnown: a response answers a request in flight.
  ///   - prefersErrors: the user wants JSON-RPC errors where a tool result could say it.
  static func of(
    _ exchange: Exchange, isError: Bool, errorCode: String?, isKnown: Bool, prefersErrors: Bool
  ) -> Treatment {
    let stopped = String(ErrorCode.stoppedByPolicy)
    let toolCall: BlockedReply.Shape =
      prefersErrors ? .error(code: stopped) : .toolResult(isModern: exchange.isModern)
    switch (exchange.direction, exchange.kind) {
    case (.clientToServer, .request):
      switch exchange.method {
      case "tools/call": return .reply(toolCall)
      // The session must come about: refusing these for their content would break it, or make the client fall back to
      // an older protocol.
      case "initialize", "server/discover": return .rewrite(otherwise: .reply(.error(code: stopped)))
      default: return .reply(.error(code: stopped))
      }
    case (.serverToClient, .response):
      guard isKnown else { return .drop }
      if isError { return .replace(.error(code: errorCode ?? stopped)) }
      switch exchange.method {
      case "tools/call": return .replace(toolCall)
      case "tools/list", "prompts/list", "resources/list", "resources/templates/list", "initialize",
        "server/discover", "ping":
        return .rewrite(otherwise: .replace(.error(code: stopped)))
      default: return .replace(.error(code: stopped))
      }
    case (.clientToServer, .response):
      return isKnown ? .replace(.serverError(code: ErrorCode.stoppedByPolicy)) : .drop
    case (.serverToClient, .request):
      switch exchange.method {
      case "sampling/createMessage": return .reply(.serverError(code: -1))
      case "elicitation/create": return .reply(.declined)
      case "roots/list": return .reply(.noRoots)
      case "ping": return .rewrite(otherwise: .reply(.serverError(code: ErrorCode.stoppedByPolicy)))
      default: return .reply(.serverError(code: ErrorCode.stoppedByPolicy))
      }
    case (_, .notification):
      return mustArrive(exchange.method) ? .rewrite(otherwise: .drop) : .drop
    case (_, .invalid):
      return .drop
    }
  }

  /// Notifications that a session depends on: they lose their offending texts, never their effect.
  private static func mustArrive(_ method: String) -> Bool {
    switch method {
    case "notifications/initialized", "notifications/cancelled", "notifications/progress",
      "notifications/tools/list_changed", "notifications/prompts/list_changed",
      "notifications/resources/list_changed", "notifications/roots/list_changed",
      "notifications/subscriptions/acknowledged":
      true
    default: false
    }
  }
}
