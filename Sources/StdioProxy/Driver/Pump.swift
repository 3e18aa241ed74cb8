#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Carries out what one judge wants: forwards to one sink, replies to the other.
struct Delivery {
  enum Result: Equatable {
    case delivered
    /// The other side takes no more.
    case destinationClosed
    case sessionEnded(String)
  }

  let destination: FrameSink
  let origin: FrameSink
  /// See `FrameSink.reply`.
  let patience: StopFlag?
  private var forwards: [[UInt8]] = []
  private var replies: [[UInt8]] = []

  init(to destination: FrameSink, repliesTo origin: FrameSink, patience: StopFlag?) {
    self.destination = destination
    self.origin = origin
    self.patience = patience
  }

  /// Empties `outputs`, so that a large frame is not held until the next one comes.
  mutating func deliver(_ outputs: inout [RelayOutput]) -> Result {
    guard !outputs.isEmpty else { return .delivered }
    defer {
      forwards.removeAll(keepingCapacity: true)
      replies.removeAll(keepingCapacity: true)
    }
    var end: String?
    for output in outputs {
      switch output {
      case .forward(let bytes): forwards.append(bytes)
      case .reply(let bytes): replies.append(bytes)
      case .end(let reason): end = reason
      }
      if end != nil { break }
    }
    outputs.removeAll(keepingCapacity: true)
    // Replies first: they do not wait for the other side.
    if !replies.isEmpty, origin.reply(replies, patience: patience) == .full {
      end = end ?? "the server does not read the replies to its requests"
    }
    let isOpen = forwards.isEmpty || destination.forward(forwards)
    if let end { return .sessionEnded(end) }
    return isOpen ? .delivered : .destinationClosed
  }
}

/// A buffer for read(2), as large as a pipe.
final class ReadBuffer {
  enum Result {
    case bytes(UnsafeRawBufferPointer)
    case end
    /// Woken without anything to read.
    case nothing
  }

  private let storage: UnsafeMutableRawBufferPointer

  init(byteCount: Int = 1 << 16) {
    storage = .allocate(byteCount: byteCount, alignment: 16)
  }

  deinit { storage.deallocate() }

  /// The bytes are valid until the next call. An error counts as the end: nothing more will come.
  func read(from descriptor: Descriptor) -> Result {
    while true {
      let count = systemRead(descriptor.number, storage.baseAddress, storage.count)
      if count > 0 { return .bytes(UnsafeRawBufferPointer(rebasing: storage[..<count])) }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothing
      default: return .end
      }
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
