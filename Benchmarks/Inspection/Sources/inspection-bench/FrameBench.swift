import Guard
import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Inspects frames as a relay does: each is decoded, then its message is inspected.
final class FrameBench {
  private let inspector: Inspector
  private var decoder = MessageDecoder()
  /// Of the last frame.
  private(set) var findings = 0
  private var next = 0

  init(_ rules: RuleSet) {
    inspector = Inspector(rules: rules)
  }

  /// Inspects as many frames as there are passes, in turn.
  func run(_ frames: [[UInt8]], passes: Int) {
    for _ in 0..<passes {
      next = (next + 1) % frames.count
      frames[next].withUnsafeBytes { inspect($0) }
    }
  }

  private func inspect(_ content: UnsafeRawBufferPointer) {
    guard case .single(let message)? = try? decoder.decode(content) else { return }
    var exchange = Exchange(direction: .serverToClient, server: "bench", kind: .response)
    exchange.method = "tools/call"
    let inspection = inspector.inspect(message, in: content, exchange: exchange)
    findings = inspection.findings.count + inspection.droppedFindings
  }
}

enum ProcessorTime {
  /// Nanoseconds that this thread has run.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
