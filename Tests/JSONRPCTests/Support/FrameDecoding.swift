import JSONRPC

/// A stream's events with the pieces of over-long lines joined: what must not depend on the chunks.
enum StreamItem: Equatable {
  case frame(Frame)
  /// Every byte of the line, its terminator included.
  case oversized([UInt8])
}

struct DecodedStream: Equatable {
  var items: [StreamItem] = []
  var blankLines = 0
  /// A piece without a beginning, or a beginning without an end.
  var isOutOfStep = false

  var frames: [Frame] {
    items.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
  }

  /// Feeds the decoder the chunks in order and collects everything that it hands out.
  init(_ chunks: some Sequence<[UInt8]>, limit: Int) {
    var decoder = FrameDecoder(limit: limit)
    var line: [UInt8]?
    for chunk in chunks {
      chunk.withUnsafeBytes { decoder.append($0) }
      while let event = decoder.next() { take(event, &line) }
    }
    while let event = decoder.finish() { take(event, &line) }
    if line != nil { isOutOfStep = true }
    blankLines = decoder.blankLines
  }

  private mutating func take(_ event: FrameDecoder.Event, _ line: inout [UInt8]?) {
    switch event {
    case .frame(let frame):
      if line != nil { isOutOfStep = true }
      items.append(.frame(frame))
    case .oversizedBegin(let bytes):
      if line != nil { isOutOfStep = true }
      line = bytes
    case .oversizedPiece(let bytes):
      if line == nil { isOutOfStep = true }
      line?.append(contentsOf: bytes)
    case .oversizedEnd(let bytes):
      items.append(.oversized((line ?? []) + bytes))
      if line == nil { isOutOfStep = true }
      line = nil
    }
  }
}

/// Cuts bytes into chunks of one length.
func chunks(_ bytes: [UInt8], of length: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min(bytes.count, $0 + length)]) }
}

/// Cuts bytes at random places; a chunk may be empty.
func randomChunks(_ bytes: [UInt8], using random: inout SeededGenerator) -> [[UInt8]] {
  var output: [[UInt8]] = []
  var index = 0
  while index < bytes.count {
    let end = min(bytes.count, index + random.below(random.oneIn(3) ? 40 : 5))
    output.append(Array(bytes[index..<end]))
    index = end
  }
  return output
}
