import JSONRPC
import Testing

@Suite struct FrameDecoderOversizedTests {
  private static func items(_ text: String, limit: Int) -> [StreamItem] {
    DecodedStream([Array(text.utf8)], limit: limit).items
  }

  @Test("the limit counts the content, without either terminator", arguments: ["\n", "\r\n", ""])
  func exactLimit(terminator: String) {
    for length in 1...12 {
      let text = String(repeating: "x", count: length) + terminator
      for step in 1...text.utf8.count {
        let stream = DecodedStream(chunks(Array(text.utf8), of: step), limit: 8)
        if length <= 8 {
          #expect(stream.frames.map(\.contentLength) == [length], "length \(length), chunks of \(step)")
        } else {
          #expect(stream.items == [.oversized(Array(text.utf8))], "length \(length), chunks of \(step)")
        }
      }
    }
  }

  @Test("a carriage return without line feed at the end of the stream counts as content")
  func carriageReturnAtEnd() {
    #expect(Self.items("xxxx\r", limit: 4) == [.oversized(Array("xxxx\r".utf8))])
    #expect(Self.items("xxx\r", limit: 4) == [.frame(Frame(bytes: Array("xxx\r".utf8), terminator: .none))])
  }

  @Test("a line that looks over the limit until its line feed arrives is a frame")
  func carriageReturnAtTheEdge() {
    let stream = DecodedStream([Array("xxxx\r".utf8), Array("\n".utf8)], limit: 4)
    #expect(stream.items == [.frame(Frame(bytes: Array("xxxx\r\n".utf8), terminator: .carriageReturnLineFeed))])
  }

  @Test("frames before and after an over-long line stay in step")
  func staysInStep() {
    let long = String(repeating: "y", count: 50)
    let text = Array("a\n\(long)\r\nb\n\(long)\n\(long)\nc".utf8)
    for step in 1...text.count {
      let stream = DecodedStream(chunks(text, of: step), limit: 10)
      #expect(!stream.isOutOfStep)
      #expect(stream.frames.map(\.contentLength) == [1, 1, 1])
      #expect(stream.items.count == 6)
    }
  }

  @Test("an over-long line at the end of the stream ends")
  func endOfStream() {
    let text = Array(String(repeating: "z", count: 40).utf8)
    for step in [1, 7, 40] {
      let stream = DecodedStream(chunks(text, of: step), limit: 10)
      #expect(stream.items == [.oversized(text)])
      #expect(!stream.isOutOfStep)
    }
  }

  @Test("the end of an over-long line carries its terminator")
  func endCarriesTerminator() {
    var decoder = FrameDecoder(limit: 2)
    Array("abcdef\r\nx\n".utf8).withUnsafeBytes { decoder.append($0) }
    #expect(decoder.next() == .oversizedBegin(Array("abcdef".utf8)))
    #expect(decoder.next() == .oversizedEnd(Array("\r\n".utf8)))
    #expect(decoder.next() == .frame(Frame(bytes: Array("x\n".utf8), terminator: .lineFeed)))
    #expect(decoder.next() == nil)
  }
}
