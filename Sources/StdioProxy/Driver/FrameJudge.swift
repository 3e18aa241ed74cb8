/// What a judge wants written, in order.
package enum RelayOutput: Sendable {
  /// To the other side. A frame may come in several of these; nothing else is written between them.
  case forward([UInt8])
  /// A whole frame, terminator included, back to the sender.
  case reply([UInt8])
  /// The session must end; the reason is for the diagnostics and carries no payload. What precedes it is still written.
  case end(String)
}

/// Judges the bytes of one direction. Used by one thread. Records (audit) are its own business and are queued before it
/// returns.
package protocol FrameJudge: AnyObject {
  /// - Parameter bytes: as they came from the pipe, cut anywhere; valid during the call.
  func receive(_ bytes: UnsafeRawBufferPointer, into outputs: inout [RelayOutput])
  /// The end of that side's stream. Called once, after the last `receive`; not called when the session ends earlier.
  func finish(into outputs: inout [RelayOutput])
}
