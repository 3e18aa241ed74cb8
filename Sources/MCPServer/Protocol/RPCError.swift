import JSONRPC

/// An error response. The message is ours and holds nothing that the peer sent.
package struct RPCError: Error, Sendable {
  package let code: Int
  package let message: String
  package let data: JSONValue?

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// Codes of JSON-RPC 2.0 (section 5.1) and of MCP 2026-07-28 ("Error codes").
  package enum Code {
    package static let parseError = -32700
    package static let invalidRequest = -32600
    package static let methodNotFound = -32601
    package static let invalidParams = -32602
    package static let internalError = -32603
    /// Legacy revisions only; the modern one has `invalidParams` here.
    package static let resourceNotFound = -32002
    package static let missingCapability = -32021
    package static let unsupportedVersion = -32022
  }

  package static func invalidRequest(_ message: String) -> RPCError {
    RPCError(code: Code.invalidRequest, message: message)
  }

  package static func invalidParams(_ message: String, data: JSONValue? = nil) -> RPCError {
    RPCError(code: Code.invalidParams, message: message, data: data)
  }

  static let methodNotFound = RPCError(code: Code.methodNotFound, message: "Method not found")

  static func unsupportedVersion(requested: String) -> RPCError {
    RPCError(
      code: Code.unsupportedVersion, message: "Unsupported protocol version",
      data: .object([
        ("supported", .strings(ProtocolVersion.supported)),
        // The schema demands it; a longer text is no version.
        ("requested", .string(String(requested.unicodeScalars.prefix(32).map(Character.init)))),
      ]))
  }

  /// - Parameter capabilities: the capabilities object that the client would have to declare.
  package static func missingCapability(_ capabilities: JSONValue, _ message: String) -> RPCError {
    RPCError(
      code: Code.missingCapability, message: message, data: .object([("requiredCapabilities", capabilities)]))
  }
}
