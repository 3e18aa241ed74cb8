import Guard
import MCPServer

/// Holds the headers of an MCP request against its body (revision 2026-07-28: they repeat it, for intermediaries that do
/// not read bodies; a server refuses what does not agree).
struct MCPHeaders {
  /// The revision that the headers name; nil when they name none.
  let version: ProtocolVersion?

  enum Problem: Error, Equatable {
    /// JSON-RPC code -32020.
    case mismatch(String)
    /// The field names a revision that nobody knows.
    case unknownVersion
  }

  init(_ headers: HeaderList, _ envelope: MCPEnvelope) throws(Problem) {
    let named = try Self.value("MCP-Protocol-Version", headers)
    if envelope.hasModernMeta {
      guard let named else { throw .mismatch("the field MCP-Protocol-Version is missing") }
      guard named == envelope.version else {
        throw .mismatch("MCP-Protocol-Version and _meta name different revisions")
      }
      version = ProtocolVersion(rawValue: named)
      try Self.check("Mcp-Method", headers, against: envelope.method)
      switch envelope.method {
      case "tools/call", "prompts/get": try Self.check("Mcp-Name", headers, against: envelope.name)
      case "resources/read": try Self.check("Mcp-Name", headers, against: envelope.uri)
      default: break
      }
      return
    }
    guard let named else {
      version = nil
      return
    }
    guard let known = ProtocolVersion(rawValue: named) else { throw .unknownVersion }
    version = known
    // A modern request without its envelope: the session says what is missing.
    if known.isModern { try Self.check("Mcp-Method", headers, against: envelope.method) }
  }

  private static func check(_ field: String, _ headers: HeaderList, against body: String?) throws(Problem) {
    // What the body lacks is for the session to say.
    guard let body else { return }
    guard let value = try value(field, headers) else { throw .mismatch("the field \(field) is missing") }
    guard let text = decoded(value), text.utf8.elementsEqual(body.utf8) else {
      throw .mismatch("the field \(field) does not agree with the body")
    }
  }

  private static func value(_ field: String, _ headers: HeaderList) throws(Problem) -> String? {
    let values = headers.all(field)
    guard values.count <= 1 else { throw .mismatch("the field \(field) stands there twice") }
    return values.first
  }

  /// What cannot stand in a field as it is comes as `=?base64?…?=`.
  static func decoded(_ value: String) -> String? {
    guard value.hasPrefix("=?base64?"), value.hasSuffix("?="), value.utf8.count >= 11 else { return value }
    let text = value.dropFirst(9).dropLast(2)
    let padding = text.reversed().prefix { $0 == "=" }.count
    let count = text.utf8.count / 4 * 3 - padding
    guard count >= 0, let bytes = CanonicalBase64.decode(text, count: count) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
