import Threads

/// Where the frames for one peer are written: by the thread that copies from the other peer (`forward`), and by the thread
/// that reads from this peer and has something to answer (`reply`). Whole frames, one writer at a time.
///
/// A reply never waits for the peer to read: the thread that should do the reading would be the one that waits. It is written
/// at once where that does not block, and else queued; the queue is emptied by whoever writes next, or by a thread of its own
/// that is started on first need. Replies go before forwards that come later; an unfinished forward is finished first.
// @unchecked: all mutable state is touched under `lock` only, and `stream` only by the thread that has set `isBusy`.
final class FrameSink: @unchecked Sendable {
  enum ReplyResult: Equatable {
    /// Written, or queued.
    case accepted
    /// The peer has too many replies to fetch already.
    case full
    /// The peer is gone or the session over: nobody reads the reply.
    case closed
  }

  private static let runBytes = 1 << 16
  private static let lineFeed = UInt8(ascii: "\n")

  private let stream: OutputStream
  /// Called once, by any thread, when the peer turns out to be gone.
  private let peerLost: @Sendable () -> Void

  private let lock = Lock()
  /// Signalled when the stream is free, when the queue has room, and at the end.
  private let changed = Condition()
  /// Signalled when the drainer has something to write, and at the end.
  private let work = Condition()
  private var queue: ReplyQueue
  private var isBusy = false
  private var isOpen = true
  private var hasDrainer = false
  /// The last forward ended inside a frame: a reply must wait for the rest.
  private var isInsideForward = false
  private var writtenBytes: UInt64 = 0

  init(stream: OutputStream, limits: ReplyQueue.Limits, peerLost: @escaping @Sendable () -> Void) {
    self.stream = stream
    self.queue = ReplyQueue(limits: limits)
    self.peerLost = peerLost
  }

  var descriptor: Descriptor { stream.descriptor }

  /// Grows as long as the peer reads.
  var progress: UInt64 { lock.withLock { writtenBytes } }

  // MARK: For the thread that copies from the other peer

  /// Writes the pieces in order, after what is queued. Blocks while the peer does not read: that is the back-pressure.
  /// - Returns: false when the peer is gone or the session over.
  func forward(_ pieces: [[UInt8]]) -> Bool {
    guard take() else { return false }
    defer { release() }
    guard writeQueued() else { return false }
    guard writePieces(pieces) else { return false }
    return writeQueued()
  }

  /// Ends the peer's input, after what is queued if `draining`. Blocks as `forward` does.
  func close(draining: Bool) {
    if take() {
      if draining { _ = writeQueued() }
      lock.withLock { isOpen = false }
      release()
    } else {
      // The last writer may just have found out that it is over.
      lock.withLock { while isBusy { changed.wait(lock) } }
    }
    descriptor.retire()
  }

  // MARK: For the thread that reads from this peer

  /// - Parameter patience: when given, the caller waits for room in a full queue until that flag is raised. For a client:
  ///   who does not read its answers can wait with its next request.
  func reply(_ frames: [[UInt8]], patience: StopFlag?) -> ReplyResult {
    for frame in frames {
      let result = enqueue(frame, patience: patience)
      guard result == .accepted else { return result }
    }
    lock.lock()
    guard isOpen else {
      lock.unlock()
      return .closed
    }
    guard !isBusy, !isInsideForward, !queue.isEmpty else {
      lock.unlock()
      return .accepted  // whoever writes now writes this too
    }
    isBusy = true
    lock.unlock()
    defer { release() }
    while let run = nextRun() {
      switch run.withUnsafeBytes({ stream.write($0) }) {
      case .wrote(let count):
        consume(count)
      case .wouldBlock:
        return .accepted  // release() calls the drainer
      case .failed:
        fail()
        return .closed
      }
    }
    return .accepted
  }

  /// Wakes a `reply` that waits for room, so that it looks at its flag.
  func wake() {
    lock.withLock { changed.broadcast() }
  }

  private func enqueue(_ frame: [UInt8], patience: StopFlag?) -> ReplyResult {
    lock.lock()
    defer { lock.unlock() }
    while isOpen, !queue.hasRoom(for: frame.count) {
      guard let patience else { return .full }
      if patience.isRaised { return .closed }
      if !isBusy, !isInsideForward { callDrainer() }
      changed.wait(lock)
    }
    guard isOpen else { return .closed }
    queue.append(frame)
    return .accepted
  }

  // MARK: Who writes

  /// Waits until nobody else writes. False when the sink is closed.
  private func take() -> Bool {
    lock.lock()
    defer { lock.unlock() }
    while isBusy, isOpen { changed.wait(lock) }
    guard isOpen else { return false }
    isBusy = true
    return true
  }

  private func release() {
    lock.lock()
    defer { lock.unlock() }
    isBusy = false
    if isOpen, !queue.isEmpty, !isInsideForward { callDrainer() }
    if !isOpen { work.broadcast() }
    changed.broadcast()
  }

  /// Under the lock.
  private func callDrainer() {
    if hasDrainer {
      work.signal()
    } else {
      // Without a thread the queue waits for the next forward; if none comes, the bound ends the session.
      hasDrainer = BackgroundThread.start { self.drain() }
    }
  }

  private func drain() {
    while true {
      lock.lock()
      while isOpen, isBusy || isInsideForward || queue.isEmpty { work.wait(lock) }
      guard isOpen else {
        lock.unlock()
        return
      }
      isBusy = true
      lock.unlock()
      let isAlive = writeQueued()
      release()
      guard isAlive else { return }
    }
  }

  // MARK: Writing, by the thread that has the stream

  private func writePieces(_ pieces: [[UInt8]]) -> Bool {
    var run: [UInt8] = []
    for piece in pieces where !piece.isEmpty {
      // A single small piece and a large one are written from where they are.
      if pieces.count == 1 || piece.count > FrameSink.runBytes / 2 {
        guard writeRun(&run), write(piece) else { return false }
      } else {
        run.append(contentsOf: piece)
        if run.count >= FrameSink.runBytes, !writeRun(&run) { return false }
      }
    }
    guard writeRun(&run) else { return false }
    if let last = pieces.last(where: { !$0.isEmpty })?.last {
      let isInside = last != FrameSink.lineFeed
      lock.withLock { isInsideForward = isInside }
    }
    return true
  }

  private func writeRun(_ run: inout [UInt8]) -> Bool {
    guard !run.isEmpty else { return true }
    defer { run.removeAll(keepingCapacity: true) }
    return write(run)
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        switch stream.write(UnsafeRawBufferPointer(rebasing: rest)) {
        case .wrote(let count):
          rest = rest.dropFirst(count)
          lock.withLock { writtenBytes &+= UInt64(count) }
        case .wouldBlock:
          guard waitUntilWritable() else { return false }
        case .failed:
          fail()
          return false
        }
      }
      return true
    }
  }

  /// Writes what is queued now, to the end of a frame. Not what comes meanwhile, or a peer that keeps us answering would
  /// keep the forwards waiting.
  private func writeQueued() -> Bool {
    var left = lock.withLock { queue.bytes }
    while left > 0 || lock.withLock({ queue.isInsideFrame }), let run = nextRun() {
      switch run.withUnsafeBytes({ stream.write($0) }) {
      case .wrote(let count):
        consume(count)
        left -= count
      case .wouldBlock:
        guard waitUntilWritable() else { return false }
      case .failed:
        fail()
        return false
      }
    }
    return true
  }

  private func nextRun() -> [UInt8]? {
    lock.withLock { isInsideForward || queue.isEmpty ? nil : queue.next(about: FrameSink.runBytes) }
  }

  private func consume(_ count: Int) {
    lock.withLock {
      queue.consume(count)
      writtenBytes &+= UInt64(count)
      changed.broadcast()
    }
  }

  private func waitUntilWritable() -> Bool {
    if stream.waitUntilWritable() { return true }
    lock.withLock { isOpen = false }
    return false
  }

  private func fail() {
    lock.withLock {
      isOpen = false
      queue.removeAll()
    }
    peerLost()
  }
}
