import JSONRPC
import Testing

@Suite struct FrameDecoderPropertyTests {
  /// Streams with every feature, short enough for every split.
  private static let corpus: [[UInt8]] =
    [
      "", "\n", "\r\n", "\r", "a", "a\n", "a\r\n", "a\rb\r\r\n", "\n\n\na\n\n", " \t\n x \n",
      "1234567\n12345678\n123456789\n",
      "1234567\r\n12345678\r\n123456789\r\n", "12345678\r", "123456789\r\r\n", "        \n         \n          \n",
      "         ",
      "{\"jsonrpc\":\"2.0\"}\nping\n{}\r\n\r\n[]", "é😀\nü\r\n",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb\ncccccccccccccccccccccc",
      "\r\r\r\r\r\r\r\r\r\r\r\r\n\r\n",
    ].map { (text: String) in Array(text.utf8) } + [[0xFF, 0x0A, 0x00, 0x0D, 0x0A, 0xC3]]

  @Test("every chunk length gives the same frames", arguments: [1, 2, 8, 100])
  func everyChunkLength(limit: Int) {
    for text in Self.corpus {
      let whole = DecodedStream([text], limit: limit)
      #expect(!whole.isOutOfStep)
      for length in 1...max(1, text.count) {
        #expect(DecodedStream(chunks(text, of: length), limit: limit) == whole, "chunks of \(length): \(text)")
      }
    }
  }

  @Test("every cut in two gives the same frames", arguments: [1, 8, 100])
  func everyCut(limit: Int) {
    for text in Self.corpus {
      let whole = DecodedStream([text], limit: limit)
      for cut in 0...text.count {
        let stream = DecodedStream([Array(text[..<cut]), [], Array(text[cut...])], limit: limit)
        #expect(stream == whole, "cut at \(cut): \(text)")
      }
    }
  }

  @Test("random streams in random chunks: the frames are the lines, and no byte is lost", arguments: UInt64(1)...8)
  func randomStreams(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let alphabet: [UInt8] = [0x61, 0x61, 0x61, 0x20, 0x0A, 0x0D, 0xC3]
      let text = (0..<random.below(200)).map { _ in random.pick(alphabet) }
      let limit = 1 + random.below(20)
      let stream = DecodedStream(randomChunks(text, using: &random), limit: limit)
      let expected = Self.modelOf(text, limit: limit)
      #expect(stream.items == expected.items, "limit \(limit): \(text)")
      #expect(stream.blankLines == expected.blankLines)
      #expect(!stream.isOutOfStep)
    }
  }

  @Test("the buffer holds no more than the limit and two chunks")
  func boundedMemory() {
    var random = SeededGenerator(seed: 5)
    let limit = 1000
    var decoder = FrameDecoder(limit: limit)
    for _ in 0..<5000 {
      var chunk = [UInt8](repeating: 0x61, count: random.below(300))
      // Sometimes many short lines, sometimes none for a long time.
      if random.oneIn(6) { for index in chunk.indices where random.oneIn(50) { chunk[index] = 0x0A } }
      chunk.withUnsafeBytes { decoder.append($0) }
      while decoder.next() != nil {}
      #expect(Self.state(of: decoder).buffer.count <= limit + 2 * 300)
    }
  }

  @Test("after a giant line the buffer is given back")
  func memoryIsReturned() {
    var decoder = FrameDecoder(limit: 1 << 24)
    // Two lines at once, so that the buffer is copied from and not handed out.
    let giant = [UInt8](repeating: 0x61, count: 8 << 20) + [0x0A, 0x62, 0x0A]
    giant.withUnsafeBytes { decoder.append($0) }
    while decoder.next() != nil {}
    #expect(Self.state(of: decoder).buffer.capacity > 8 << 20)
    Array("x\n".utf8).withUnsafeBytes { decoder.append($0) }
    #expect(Self.state(of: decoder).buffer.capacity <= 1 << 20)
  }

  @Test("no byte is searched twice, and compaction moves each at most once on average")
  func linear() {
    var random = SeededGenerator(seed: 6)
    var decoder = FrameDecoder(limit: 100_000)
    var (received, moved) = (0, 0)
    for _ in 0..<3000 {
      let chunk = (0..<random.below(100)).map { _ in random.oneIn(90) ? UInt8(0x0A) : 0x61 }
      let before = Self.state(of: decoder)
      chunk.withUnsafeBytes { decoder.append($0) }
      let after = Self.state(of: decoder)
      if after.head < before.head { moved += before.buffer.count - before.head }
      // What was searched before the append is searched still.
      #expect(after.searched - after.head >= min(before.searched, before.buffer.count) - before.head)
      while decoder.next() != nil {}
      let settled = Self.state(of: decoder)
      #expect(settled.head == settled.buffer.count || settled.searched == settled.buffer.count)
      received += chunk.count
    }
    #expect(moved <= received)
  }

  // MARK: The model

  /// The obvious decoder: split at line feeds, then look at each line.
  private static func modelOf(_ text: [UInt8], limit: Int) -> (items: [StreamItem], blankLines: Int) {
    var (items, blankLines): ([StreamItem], Int) = ([], 0)
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) + [0x0A] }
    if let last = lines.popLast(), last.count > 1 { lines.append(last.dropLast()) }
    for line in lines {
      let terminator: Frame.Terminator =
        line.last != 0x0A ? .none : line.dropLast().last == 0x0D ? .carriageReturnLineFeed : .lineFeed
      let content = line.dropLast(terminator.length)
      let isBlank = content.allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
      if content.count > limit {
        items.append(.oversized(line))
      } else if isBlank {
        blankLines += 1
      } else {
        items.append(.frame(Frame(bytes: line, terminator: terminator)))
      }
    }
    return (items, blankLines)
  }

  private static func state(of decoder: FrameDecoder) -> (buffer: [UInt8], head: Int, searched: Int) {
    let mirror = Mirror(reflecting: decoder)
    guard let buffer = mirror.descendant("buffer") as? [UInt8], let head = mirror.descendant("head") as? Int,
      let searched = mirror.descendant("searched") as? Int
    else {
      Issue.record("the decoder has other stored properties than this test knows")
      return ([], 0, 0)
    }
    return (buffer, head, searched)
  }
}
