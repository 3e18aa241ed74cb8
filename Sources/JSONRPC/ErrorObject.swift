/// The codes of JSON-RPC 2.0 (section 5.1) that a relay answers with, and the product's own.
package enum ErrorCode {
  package static let parseError = -32700
  package static let invalidRequest = -32600
  /// "Stopped by policy". Outside -32768…-32000, which JSON-RPC and MCP reserve (MCP 2026-07-28, error codes).
  package static let stoppedByPolicy = -31403
}
