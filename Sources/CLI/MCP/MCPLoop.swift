import JSONRPC
import MCPServer

/// Drives a session over the two streams: one thread, one frame after the other.
///
/// While a client does not read, we do not read either; that is the back-pressure of a pipe, and nothing piles up here.
struct MCPLoop {
  let session: Session
  let stream: MCPStream
  /// Longest frame that is buffered, in bytes.
  let frameLimit: Int

  /// Returns when the client has closed its side, or reads no more.
  func run() {
    var decoder = FrameDecoder(limit: frameLimit)
    while true {
      let bytes = stream.read()
      guard !bytes.isEmpty else { break }
      decoder.append(bytes)
      while let event = decoder.next() {
        guard send(session.receive(event)) else { return }
      }
    }
    while let event = decoder.finish() {
      guard send(session.receive(event)) else { return }
    }
    _ = send(session.finish())
  }

  private func send(_ messages: [OutgoingMessage]) -> Bool {
    for message in messages {
      guard stream.write(message.bytes + [0x0A]) else { return false }
    }
    return true
  }
}
