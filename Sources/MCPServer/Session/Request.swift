import JSONRPC

/// A request, with everything that its answer depends on.
struct Request: Sendable {
  let id: RequestID
  let method: String
  /// An object.
  let params: JSONValue
  /// Of this request (modern) or of the whole connection (legacy).
  let version: ProtocolVersion
  let capabilities: JSONValue
  let clientName: String?
  let logLevel: LogLevel?
  /// Of the message, in bytes.
  let length: Int

  var progressToken: JSONValue? {
    switch params["_meta"]?[MetaKey.progressToken] {
    case .string(let text): .string(text)
    case .number(let literal): .number(literal)
    default: nil
    }
  }
}

/// What `initialize` agreed upon.
struct Agreement: Sendable {
  let version: ProtocolVersion
  let capabilities: JSONValue
  let clientName: String?
  var logLevel: LogLevel = .info
}

/// What a session takes at most.
package struct SessionLimits: Sendable {
  /// Nesting of a message. More than 512 is never read: values are trees here, and walking one costs stack.
  package var depth = 512
  /// Values in a message: a tree of them takes many times the bytes that they were written in.
  package var values = 1_000_000
  /// Length of a frame in bytes, for the words of an error; the decoder of the transport enforces it.
  package var frameBytes = 67_108_864
  /// Messages in an array (2025-03-26). Each may be answered by a whole list, so that few bytes could ask for many.
  package var batchLength = 100
  /// Calls that wait for answers of a legacy client.
  package var suspendedCalls = 32
  /// Length of the message of such a call, in bytes.
  package var suspendedBytes = 1 << 20
  /// Streams of notifications, and addresses watched by a legacy client.
  package var subscriptions = 100
  /// Length of a watched address, in bytes.
  package var addressBytes = 2048
  /// Rounds of questions for one call.
  package var rounds = 10

  package init() {}
}
