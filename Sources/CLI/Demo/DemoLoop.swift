import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads frames and hands them to the session; answers that are due later are sent between reads.
struct DemoLoop {
  let session: DemoSession
  let options: DemoOptions
  private let received: DemoOutput?

  /// Larger than any frame a relay should let through.
  private static let frameLimit = 1 << 30
  private static let chunk = 1 << 17

  init(session: DemoSession, options: DemoOptions) {
    self.session = session
    self.options = options
    received = options.receivedPath.flatMap(DemoOutput.init(appendingTo:))
  }

  func run() -> Int32 {
    var decoder = FrameDecoder(limit: Self.frameLimit)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      session.sendDueAnswers()
      if session.hasStoppedReading { DemoProcess.sleepForever() }
      guard waitForInput() else { continue }
      let count = read(0, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      received?.write(Array(bytes))
      if options.splitsAtCarriageReturns {
        for index in bytes.indices where bytes[index] == 0x0D { bytes[index] = 0x0A }
      }
      decoder.append(UnsafeRawBufferPointer(bytes))
      while case .frame(let frame)? = decoder.next() { session.handle(frame) }
    }
    while case .frame(let frame)? = decoder.finish() { session.handle(frame) }
    return session.finish()
  }

  /// False when an answer is due, or a signal came.
  private func waitForInput() -> Bool {
    var state = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, session.millisecondsToNextAnswer ?? -1) > 0
  }
}
