/// Replies that wait for their turn at a sink: whole frames, first in, first out, bounded in number and bytes.
struct ReplyQueue {
  struct Limits: Sendable {
    /// A client that has this many replies to fetch is not reading, and neither is a server.
    var frames = 256
    var bytes = 1 << 20
  }

  private let limits: Limits
  private var frames: [[UInt8]] = []
  /// The first frame in `frames` that is still to be written, and how much of it has been.
  private var first = 0
  private var written = 0
  private(set) var bytes = 0

  init(limits: Limits) { self.limits = limits }

  var isEmpty: Bool { first == frames.count }
  var count: Int { frames.count - first }

  /// True when a part of a frame has been written, so that only its rest may come next.
  var isInsideFrame: Bool { written > 0 }

  /// Whether a frame of this many bytes may be added. An empty queue takes one of any size.
  func hasRoom(for byteCount: Int) -> Bool {
    isEmpty || (count < limits.frames && byteCount <= limits.bytes - min(bytes, limits.bytes))
  }

  mutating func append(_ frame: [UInt8]) {
    guard !frame.isEmpty else { return }
    frames.append(frame)
    bytes += frame.count
  }

  /// The next bytes to write: as many frames as make about `target` bytes, at least one. They stay in the queue until
  /// `consume`.
  func next(about target: Int) -> [UInt8] {
    guard first < frames.count else { return [] }
    var run = Array(frames[first][written...])
    for frame in frames[(first + 1)...] {
      guard run.count + frame.count <= target else { break }
      run.append(contentsOf: frame)
    }
    return run
  }

  /// Removes the first `count` bytes.
  mutating func consume(_ count: Int) {
    var left = count
    while left > 0, first < frames.count {
      let rest = frames[first].count - written
      if left < rest {
        written += left
        bytes -= left
        return
      }
      left -= rest
      bytes -= rest
      written = 0
      frames[first] = []
      first += 1
    }
    // Compacted now and then, so that removal costs nothing on average.
    if first == frames.count || first > 64 {
      frames.removeFirst(first)
      first = 0
    }
  }

  mutating func removeAll() {
    self = ReplyQueue(limits: limits)
  }
}
