import Guard
import JSONRPC

/// A frame whose texts are not inspected, because it is too long, too deep or no JSON: only its hash, its length and what
/// can be seen of its envelope.
struct UnreadFrame {
  let defect: FrameDefect
  /// When the frame began, by the steady clock.
  let arrival: Int64
  var reason = ""
  private(set) var envelope = EnvelopeScanner()
  /// Without the line terminator.
  private(set) var count = 0
  private(set) var hash = SHA256.digest(UnsafeRawBufferPointer(start: nil, count: 0))

  private var hashing = SHA256()
  /// The last bytes, which may be the terminator, are not hashed yet.
  private var tail: [UInt8] = []

  init(_ defect: FrameDefect, arrival: Int64) {
    self.defect = defect
    self.arrival = arrival
  }

  /// As far as the envelope tells.
  var kind: Exchange.Kind {
    if defect == .syntax { return .invalid }
    if envelope.hasMethod { return envelope.id == nil ? .notification : .request }
    return envelope.hasAnswer ? .response : .invalid
  }

  mutating func take(_ bytes: [UInt8]) {
    envelope.append(bytes)
    let kept = min(2, bytes.count)
    hash(tail.prefix(max(0, tail.count + kept - 2)))
    tail.removeFirst(max(0, tail.count + kept - 2))
    hash(bytes.dropLast(kept))
    tail.append(contentsOf: bytes.suffix(kept))
  }

  /// All bytes have been taken.
  mutating func finish() {
    if tail.last == 0x0A {
      tail.removeLast()
      if tail.last == 0x0D { tail.removeLast() }
    }
    hash(tail[...])
    tail = []
    hash = hashing.finalize()
  }

  private mutating func hash(_ bytes: ArraySlice<UInt8>) {
    count += bytes.count
    bytes.withUnsafeBytes { hashing.update($0) }
  }
}
