import JSONRPC
import MCPServer

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `mcp-everything`: a server on standard input and output with every fixture that the official conformance suite asks
/// for, on the same protocol layer as `oktsec mcp`. Never shipped.
@main
enum EverythingServer {
  static func main() {
    let session = Session(catalog: catalog, seal: StateSeal(), clock: { now })
    var decoder = FrameDecoder(limit: 64 << 20)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      buffer.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      while let event = decoder.next() { send(session.receive(event)) }
    }
    while let event = decoder.finish() { send(session.receive(event)) }
    send(session.finish())
  }

  private static var catalog: ServerCatalog {
    var catalog = ServerCatalog(
      implementation: Implementation(name: "mcp-everything", version: "1.0.0", title: "Everything"),
      instructions: "Fixtures for tests of the protocol.")
    catalog.tools = ContentTools.all + QuestionTools.all + RoundTools.all + DiagnosticTools.all
    catalog.prompts = Prompts.all
    catalog.resources = Resources()
    catalog.completion = Completion()
    catalog.hasLogging = true
    catalog.announcesChanges = true
    return catalog
  }

  /// Microseconds since 1970.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  private static func send(_ messages: [OutgoingMessage]) {
    for message in messages {
      let line = message.bytes + [0x0A]
      var start = 0
      while start < line.count {
        let count = line[start...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { exit(0) }
        start += count
      }
    }
  }
}
