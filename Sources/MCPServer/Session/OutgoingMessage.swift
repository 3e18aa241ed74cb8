import JSONRPC

/// A message to the client: one JSON text without line breaks. How it is framed is the transport's matter.
package struct OutgoingMessage: Sendable {
  package enum Kind: Sendable, Equatable {
    case result
    /// With its code: a transport may have something of its own to say about it.
    case error(Int)
    case notification
    /// A request of ours.
    case request
    /// An array of responses (2025-03-26).
    case batch
  }

  package let bytes: [UInt8]
  package let kind: Kind
  /// The revision in whose form it is written.
  package let version: ProtocolVersion

  static func result(
    _ id: RequestID, _ members: [(name: String, value: JSONValue)], version: ProtocolVersion
  ) -> OutgoingMessage {
    OutgoingMessage(kind: .result, version: version) { writer in
      writer.name("id")
      writer.raw(id.literal)
      writer.name("result")
      JSONValue.object(members).write(into: &writer)
    }
  }

  /// - Parameter id: nil when that of the message that is answered could not be read.
  static func error(_ id: RequestID?, _ error: RPCError, version: ProtocolVersion) -> OutgoingMessage {
    OutgoingMessage(kind: .error(error.code), version: version) { writer in
      if let id {
        writer.name("id")
        writer.raw(id.literal)
      } else if !version.errorsMayLackID {
        writer.name("id")
        writer.raw("null")
      }
      writer.name("error")
      writer.object { writer in
        writer.member("code", error.code)
        writer.member("message", error.message)
        if let data = error.data {
          writer.name("data")
          data.write(into: &writer)
        }
      }
    }
  }

  static func notification(
    _ method: String, _ parameters: [(name: String, value: JSONValue)], version: ProtocolVersion
  ) -> OutgoingMessage {
    OutgoingMessage(kind: .notification, version: version) { writer in
      writer.member("method", method)
      guard !parameters.isEmpty else { return }
      writer.name("params")
      JSONValue.object(parameters).write(into: &writer)
    }
  }

  static func request(
    id: String, _ method: String, _ parameters: JSONValue, version: ProtocolVersion
  ) -> OutgoingMessage {
    OutgoingMessage(kind: .request, version: version) { writer in
      writer.member("id", id)
      writer.member("method", method)
      writer.name("params")
      parameters.write(into: &writer)
    }
  }

  /// - Parameter responses: at least one.
  static func batch(_ responses: [OutgoingMessage], version: ProtocolVersion) -> OutgoingMessage {
    var writer = JSONWriter()
    writer.array { writer in
      for response in responses {
        writer.element()
        writer.raw(response.bytes)
      }
    }
    return OutgoingMessage(bytes: writer.bytes, kind: .batch, version: version)
  }

  var isResponse: Bool {
    switch kind {
    case .result, .error: true
    case .notification, .request, .batch: false
    }
  }

  private init(kind: Kind, version: ProtocolVersion, _ members: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("jsonrpc", "2.0")
      members(&writer)
    }
    self.init(bytes: writer.bytes, kind: kind, version: version)
  }

  private init(bytes: [UInt8], kind: Kind, version: ProtocolVersion) {
    self.bytes = bytes
    self.kind = kind
    self.version = version
  }
}
