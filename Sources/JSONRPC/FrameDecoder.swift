#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Splits a byte stream into frames at line feeds. Does no I/O and knows no JSON.
///
/// Any way of cutting the stream into chunks gives the same frames. A line feed, alone or after one carriage return,
/// ends a frame; any other carriage return stays in the frame, for the caller to judge. Blank lines are counted and
/// dropped. A line longer than `limit` is not buffered: it is handed out in pieces, and the stream stays in step.
///
/// Memory: at most `limit` bytes plus two chunks, in a buffer that grows by doubling. Time: linear; no byte is searched twice.
package struct FrameDecoder {
  /// Longest frame that is buffered, in bytes, terminator excluded.
  package let limit: Int
  /// Blank lines dropped so far.
  package private(set) var blankLines = 0

  private var buffer: [UInt8] = []
  /// Start of what has not been handed out yet.
  private var head = 0
  /// Everything before this offset has been searched for a line feed.
  private var searched = 0
  private var insideOversized = false

  package enum Event: Equatable {
    case frame(Frame)
    /// The first bytes of a line that exceeds the limit. Any number of pieces and one end follow.
    case oversizedBegin([UInt8])
    case oversizedPiece([UInt8])
    /// The rest of the line with its terminator, which is missing only at the end of the stream.
    case oversizedEnd([UInt8])
  }

  package init(limit: Int) {
    self.limit = min(max(1, limit), Int.max / 2)
  }

  /// Takes over the next bytes of the stream. Call `next` until it returns nil before the next `append`.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if head == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacity)
      searched = 0
      head = 0
    } else if head > 0 && head >= buffer.count / 2 {
      buffer.removeSubrange(..<head)
      searched = max(0, searched - head)
      head = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next event, or nil when more bytes are needed.
  package mutating func next() -> Event? {
    while head < buffer.count {
      guard let lineFeed = indexOfLineFeed() else {
        searched = buffer.count
        return pieceOfUnfinishedLine()
      }
      if insideOversized {
        insideOversized = false
        return .oversizedEnd(take(upTo: lineFeed + 1))
      }
      let terminator = terminatorOfLine(endingAt: lineFeed)
      let contentEnd = lineFeed + 1 - terminator.length
      if contentEnd - head > limit {
        insideOversized = true
        return .oversizedBegin(take(upTo: contentEnd))
      }
      if isBlank(upTo: contentEnd) {
        blankLines += 1
        head = lineFeed + 1
        continue
      }
      return .frame(Frame(bytes: take(upTo: lineFeed + 1), terminator: terminator))
    }
    return nil
  }

  /// The stream has ended: what is left, if it is anything, is a last frame without a terminator.
  /// Call until it returns nil.
  package mutating func finish() -> Event? {
    if let event = next() { return event }
    if insideOversized {
      insideOversized = false
      return .oversizedEnd(take(upTo: buffer.count))
    }
    guard head < buffer.count else { return nil }
    if buffer.count - head > limit {
      insideOversized = true
      return .oversizedBegin(take(upTo: buffer.count))
    }
    if isBlank(upTo: buffer.count) {
      blankLines += 1
      head = buffer.count
      return nil
    }
    return .frame(Frame(bytes: take(upTo: buffer.count), terminator: .none))
  }

  // MARK: Private

  private static let keptCapacity = 1 << 20

  private func indexOfLineFeed() -> Int? {
    let from = max(searched, head)
    return buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, from < bytes.count,
        let found = memchr(base + from, 0x0A, bytes.count - from)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private func terminatorOfLine(endingAt lineFeed: Int) -> Frame.Terminator {
    lineFeed > head && buffer[lineFeed - 1] == 0x0D ? .carriageReturnLineFeed : .lineFeed
  }

  /// There is no newline yet: nothing to hand out unless the line is over the limit already.
  private mutating func pieceOfUnfinishedLine() -> Event? {
    if insideOversized { return .oversizedPiece(take(upTo: buffer.count)) }
    // One byte of grace: it may be the carriage return of the terminator.
    guard buffer.count - head > limit + 1 else { return nil }
    insideOversized = true
    return .oversizedBegin(take(upTo: buffer.count))
  }

  private func isBlank(upTo end: Int) -> Bool {
    for index in head..<end where buffer[index] != 0x20 && buffer[index] != 0x09 && buffer[index] != 0x0D {
      return false
    }
    return true
  }

  /// Hands out the bytes from `head`. A large line that fills the buffer exactly is moved, not copied.
  private mutating func take(upTo end: Int) -> [UInt8] {
    guard head == 0, end == buffer.count, end > 1 << 16 else {
      let bytes = Array(buffer[head..<end])
      head = end
      return bytes
    }
    var bytes: [UInt8] = []
    swap(&bytes, &buffer)
    searched = 0
    return bytes
  }
}
