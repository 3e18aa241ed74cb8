/// One line of a newline-delimited JSON-RPC stream: the bytes exactly as they were received.
///
/// MCP's stdio transport (specification, "Transports", stdio) sends one JSON-RPC message per line.
package struct Frame: Sendable, Equatable {
  /// Everything received for this frame, the terminator included.
  package let bytes: [UInt8]
  package let terminator: Terminator

  package init(bytes: [UInt8], terminator: Terminator) {
    self.bytes = bytes
    self.terminator = terminator
  }

  /// Length of the message without its terminator, in bytes.
  package var contentLength: Int { bytes.count - terminator.length }

  /// Lends the message without its terminator.
  package func withContent<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let length = contentLength
    return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
  }

  package enum Terminator: Sendable {
    case lineFeed
    case carriageReturnLineFeed
    /// The last line of a stream that ended without a newline. Real servers read it as a message.
    case none

    package var length: Int {
      switch self {
      case .none: 0
      case .lineFeed: 1
      case .carriageReturnLineFeed: 2
      }
    }
  }
}
