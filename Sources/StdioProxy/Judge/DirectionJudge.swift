import Guard
import JSONRPC

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One direction of the corridor: bytes in, frames, messages, inspection, decision, record, and what is written in the end.
///
/// Used by one thread. Both directions of a session share a `SessionContext`.
package final class DirectionJudge: FrameJudge {
  private let direction: Direction
  private let session: SessionContext
  private let messages: MessageJudge
  private var frames: FrameDecoder
  private var decoder: MessageDecoder
  private var oversized: UnreadFrame?

  package init(_ direction: Direction, session: SessionContext) {
    self.direction = direction
    self.session = session
    let limits = session.policy(direction).settings.limits
    messages = MessageJudge(direction, session: session)
    frames = FrameDecoder(limit: limits.maxFrameBytes)
    decoder = MessageDecoder(maximumDepth: limits.maxDepth)
  }

  package func receive(_ bytes: UnsafeRawBufferPointer, into outputs: inout [RelayOutput]) {
    frames.append(bytes)
    while let event = frames.next() { take(event, &outputs) }
  }

  package func finish(into outputs: inout [RelayOutput]) {
    while let event = frames.finish() { take(event, &outputs) }
  }

  // MARK: Frames

  private func take(_ event: FrameDecoder.Event, _ outputs: inout [RelayOutput]) {
    switch event {
    case .frame(let frame):
      session.beginFrame(direction)
      judge(frame, &outputs)
    case .oversizedBegin(let bytes):
      session.beginFrame(direction)
      var unread = UnreadFrame(.tooLong, arrival: session.clock.steady())
      unread.take(bytes)
      oversized = unread
      pass(bytes, &outputs)
    case .oversizedPiece(let bytes):
      oversized?.take(bytes)
      pass(bytes, &outputs)
    case .oversizedEnd(let bytes):
      guard var unread = oversized else { return }
      oversized = nil
      unread.take(bytes)
      unread.finish()
      if messages.passesUnread(unread, &outputs) { pass(bytes, &outputs) }
    }
  }

  /// In observe, what is too long to be read goes through as it comes.
  private func pass(_ bytes: [UInt8], _ outputs: inout [RelayOutput]) {
    if session.policy(direction).settings.mode == .observe { outputs.append(.forward(bytes)) }
  }

  private func judge(_ received: Frame, _ outputs: inout [RelayOutput]) {
    let arrival = session.clock.steady()
    var frame = received
    var defects: MessageDefects = []
    if !received.withContent({ UTF8Repair.isValid($0) }) {
      // What is judged is what the other side reads: from here on there is only the repaired text.
      let tail = received.bytes[received.contentLength...]
      frame = Frame(bytes: received.withContent { UTF8Repair.repaired($0) } + tail, terminator: received.terminator)
      defects.insert(.invalidUTF8)
    }
    frame.withContent { content in
      if let base = content.baseAddress, memchr(base, 0x0D, content.count) != nil {
        defects.insert(.bareCarriageReturn)
      }
      let payload: Payload
      do throws(JSONSyntaxError) {
        payload = try decoder.decode(content)
      } catch {
        unread(frame, received, content, error, arrival, &outputs)
        return
      }
      let judged = JudgedFrame(
        frame: frame, content: content, defects: defects, arrival: arrival,
        received: defects.contains(.invalidUTF8) ? received : nil)
      switch payload {
      case .single(let message): messages.judge(message, in: judged, &outputs)
      case .batch(let elements): messages.judge(elements, in: judged, &outputs)
      }
    }
  }

  /// A frame that is not JSON, or too deep to be read.
  private func unread(
    _ frame: Frame, _ received: Frame, _ content: UnsafeRawBufferPointer, _ error: JSONSyntaxError, _ arrival: Int64,
    _ outputs: inout [RelayOutput]
  ) {
    let isTooBig = error.kind == .tooDeep || error.kind == .batchTooLong
    var unread = UnreadFrame(isTooBig ? .tooDeep : .syntax, arrival: arrival)
    unread.reason = isTooBig ? error.kind.rawValue : "\(error.kind.rawValue) at byte \(error.offset)"
    unread.take(received.bytes)
    unread.finish()
    if messages.passesUnread(unread, &outputs) { outputs.append(.forward(frame.bytes)) }
  }
}

/// A frame on its way through judgement.
struct JudgedFrame {
  /// As it will be read by the other side: repaired where it was not UTF-8.
  var frame: Frame
  /// Its content.
  var content: UnsafeRawBufferPointer
  /// Defects of the line itself, which all its messages share.
  var defects: MessageDefects
  /// When it was complete, by the steady clock.
  var arrival: Int64
  /// As it came, where that differs.
  var received: Frame?

  var terminator: ArraySlice<UInt8> { frame.bytes[frame.contentLength...] }
}
