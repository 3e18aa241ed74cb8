import JSONRPC
import Testing

@Suite struct FrameDecoderTests {
  private static func frames(_ text: String, limit: Int = 100) -> [String] {
    DecodedStream([Array(text.utf8)], limit: limit).frames.map { frame in
      frame.withContent { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test("a line feed ends a frame, and the frame keeps it")
  func lineFeed() {
    let stream = DecodedStream([Array("one\ntwo\n".utf8)], limit: 100)
    #expect(
      stream.frames == [
        Frame(bytes: Array("one\n".utf8), terminator: .lineFeed),
        Frame(bytes: Array("two\n".utf8), terminator: .lineFeed),
      ])
  }

  @Test("one carriage return before the line feed belongs to the terminator")
  func carriageReturnLineFeed() {
    let stream = DecodedStream([Array("one\r\n".utf8)], limit: 100)
    #expect(stream.frames == [Frame(bytes: Array("one\r\n".utf8), terminator: .carriageReturnLineFeed)])
    #expect(stream.frames.first?.contentLength == 3)
    #expect(Self.frames("one\r\r\n") == ["one\r"])
  }

  @Test("a carriage return elsewhere stays in the frame")
  func bareCarriageReturn() {
    #expect(Self.frames("a\rb\n\rc\n") == ["a\rb", "\rc"])
    #expect(Self.frames("a\r") == ["a\r"])
  }

  @Test("other line ends of Unicode do not split")
  func unicodeLineEnds() {
    #expect(Self.frames("a\u{2028}b\u{85}c\u{B}d\u{C}e\n") == ["a\u{2028}b\u{85}c\u{B}d\u{C}e"])
  }

  @Test("blank lines are counted and dropped")
  func blankLines() {
    let stream = DecodedStream([Array("\n\r\n \t\r\na\n\n  ".utf8)], limit: 100)
    #expect(stream.frames.map(\.contentLength) == [1])
    #expect(stream.blankLines == 5)
  }

  @Test("the last line needs no newline")
  func lastLine() {
    let stream = DecodedStream([Array("a\nlast".utf8)], limit: 100)
    #expect(stream.frames.last == Frame(bytes: Array("last".utf8), terminator: .none))
  }

  @Test("an empty stream has no frame")
  func emptyStream() {
    #expect(DecodedStream([], limit: 10) == DecodedStream([[]], limit: 10))
    #expect(DecodedStream([[]], limit: 10).items.isEmpty)
  }

  @Test("finish can be called again")
  func finishTwice() {
    var decoder = FrameDecoder(limit: 10)
    Array("a".utf8).withUnsafeBytes { decoder.append($0) }
    #expect(decoder.finish() != nil)
    #expect(decoder.finish() == nil)
    #expect(decoder.finish() == nil)
  }

  @Test("any limit is usable", arguments: [Int.min, -1, 0, 1, Int.max])
  func anyLimit(limit: Int) {
    #expect(Self.frames("a\nb", limit: limit) == ["a", "b"])
  }

  @Test("a large frame passes whole, and the next one follows it")
  func largeFrame() {
    let large = [UInt8](repeating: 0x61, count: 300_000)
    let stream = DecodedStream(chunks(large + [0x0A, 0x62, 0x0A], of: 65_536), limit: 1 << 20)
    #expect(stream.frames.map(\.contentLength) == [300_000, 1])
  }
}
