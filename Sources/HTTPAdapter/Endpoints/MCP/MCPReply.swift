import JSONRPC
import MCPServer

/// The HTTP form of what a session has to say for one request.
struct MCPReply {
  let messages: [OutgoingMessage]

  init(_ messages: [OutgoingMessage]) { self.messages = messages }

  /// - Parameter isModern: a client of the older generation expects 200 with an error about what it asked for.
  func reply(isModern: Bool) -> EndpointReply {
    guard let first = messages.first else { return EndpointReply(status: 202) }
    guard messages.count > 1 else {
      return .json(status: Self.status(first.kind, isModern: isModern), first.bytes, headers: Self.noStore)
    }
    var bytes: [UInt8] = []
    for message in messages {
      // JSON texts of ours hold no line break.
      bytes += Array("event: message\ndata: ".utf8) + message.bytes + [0x0A, 0x0A]
    }
    var headers = Self.noStore
    headers.append("Content-Type", "text/event-stream")
    return EndpointReply(status: 200, headers: headers, body: .bytes(bytes))
  }

  /// What headers and body do not agree on.
  static func mismatch(_ reason: String, _ id: RequestID?) -> EndpointReply {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("jsonrpc", "2.0")
      if let id {
        writer.name("id")
        writer.raw(id.literal)
      }
      writer.name("error")
      writer.object { writer in
        writer.member("code", Self.headerMismatch)
        writer.member("message", reason)
      }
    }
    return .json(status: 400, writer.bytes, headers: noStore)
  }

  /// MCP 2026-07-28, "Error codes".
  private static let headerMismatch = -32020
  private static let noStore = HeaderList([("Cache-Control", "no-store")])

  private static func status(_ kind: OutgoingMessage.Kind, isModern: Bool) -> Int {
    guard case .error(let code) = kind else { return 200 }
    switch code {
    case RPCError.Code.parseError, RPCError.Code.invalidRequest: return 400
    case RPCError.Code.methodNotFound where isModern: return 404
    case RPCError.Code.unsupportedVersion where isModern, RPCError.Code.missingCapability where isModern: return 400
    default: return 200
    }
  }
}
