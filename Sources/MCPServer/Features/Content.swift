import JSONRPC

/// One block of what a tool or a prompt says.
package enum Content: Sendable {
  case text(String)
  /// - data: base64.
  case image(data: String, mimeType: String)
  case audio(data: String, mimeType: String)
  case resource(ResourceContents)

  func value(for version: ProtocolVersion) -> JSONValue {
    switch self {
    case .text(let text): return Self.block("text", [("text", .string(text))])
    case .image(let data, let mimeType):
      return Self.block("image", [("data", .string(data)), ("mimeType", .string(mimeType))])
    case .audio(let data, let mimeType):
      // The first revision knows no audio.
      guard version.hasAnnotations else { return Self.block("text", [("text", .string("(audio, \(mimeType))"))]) }
      return Self.block("audio", [("data", .string(data)), ("mimeType", .string(mimeType))])
    case .resource(let contents): return Self.block("resource", [("resource", contents.value)])
    }
  }

  private static func block(_ type: String, _ members: [(name: String, value: JSONValue)]) -> JSONValue {
    .object([("type", .string(type))] + members)
  }
}

/// What stands behind an address.
package struct ResourceContents: Sendable {
  package enum Body: Sendable {
    case text(String)
    /// Base64.
    case blob(String)
  }

  package let uri: String
  package let mimeType: String
  package let body: Body

  package init(uri: String, mimeType: String, body: Body) {
    self.uri = uri
    self.mimeType = mimeType
    self.body = body
  }

  var value: JSONValue {
    let content: (name: String, value: JSONValue) =
      switch body {
      case .text(let text): ("text", .string(text))
      case .blob(let base64): ("blob", .string(base64))
      }
    return .object([("uri", .string(uri)), ("mimeType", .string(mimeType)), content])
  }
}
