import CShims
import Testing
import Threads

@testable import StdioProxy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Frame sink", .timeLimit(.minutes(1)))
struct FrameSinkTests {
  /// A sink, and the reading end of its pipe.
  private final class Fixture {
    let stop: StopFlag
    let sink: FrameSink
    private(set) var reader: Int32
    let lost = Counter()

    init(limits: ReplyQueue.Limits = .init(), isShared: Bool = false) throws {
      _ = TestProcess.inheritedIgnoredPipe
      var ends: [Int32] = [-1, -1]
      try #require(shim_pipe(&ends) == 0)
      reader = ends[0]
      stop = try #require(StopFlag())
      let descriptor = Descriptor(owning: ends[1])
      let stream =
        isShared
        ? OutputStream(inherited: descriptor, stop: stop, reopens: false) : OutputStream(pipe: descriptor, stop: stop)
      let lost = lost
      sink = FrameSink(stream: stream, limits: limits, peerLost: { lost.add(1) })
    }

    deinit {
      stop.raise()
      sink.close(draining: false)
      closeReader()
    }

    func closeReader() {
      if reader >= 0 { close(reader) }
      reader = -1
    }

    func read(_ count: Int) -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < count {
        let got = systemRead(reader, &buffer, min(buffer.count, count - bytes.count))
        guard got > 0 else { break }
        bytes += buffer[..<got]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test("A reply waits for the end of a frame that was forwarded in pieces")
  func betweenPieces() throws {
    let fixture = try Fixture()
    #expect(fixture.sink.forward([Array("abc".utf8)]))
    #expect(fixture.sink.reply([Array("reply\n".utf8)], patience: nil) == .accepted)
    #expect(fixture.sink.forward([Array("de".utf8), Array("f\n".utf8)]))
    #expect(fixture.sink.forward([Array("next\n".utf8)]))
    #expect(fixture.read(18) == "abcdef\nreply\nnext\n")
  }

  @Test("A reply to a peer that does not read returns at once, until the queue is full", arguments: [false, true])
  func full(isShared: Bool) throws {
    let fixture = try Fixture(limits: .init(frames: 10, bytes: 1 << 20), isShared: isShared)
    let frame = [UInt8](repeating: UInt8(ascii: "r"), count: 9999) + [UInt8(ascii: "\n")]
    var accepted = 0
    while fixture.sink.reply([frame], patience: nil) == .accepted { accepted += 1 }
    #expect((10...30).contains(accepted))
    // The thread that was started for it writes them all.
    let text = fixture.read(accepted * frame.count)
    #expect(text == String(repeating: String(decoding: frame, as: UTF8.self), count: accepted))
    // And there is room again.
    #expect(fixture.sink.reply([frame], patience: nil) == .accepted)
    #expect(fixture.read(frame.count).utf8.count == frame.count)
  }

  @Test("A reply that waits for room gives up when its flag is raised")
  func patience() throws {
    let fixture = try Fixture(limits: .init(frames: 1, bytes: 1 << 20))
    let patience = try #require(StopFlag())
    let frame = [UInt8](repeating: UInt8(ascii: "r"), count: 100_000)
    let sink = fixture.sink
    let done = try #require(StopFlag())
    let isStarted = BackgroundThread.start {
      while sink.reply([frame], patience: patience) == .accepted {}
      done.raise()
    }
    try #require(isStarted)
    patience.raise()
    sink.wake()
    var entry = pollfd(fd: done.descriptor.number, events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, -1) == 1)
  }

  @Test(
    "Forwards and replies of two threads never mix inside a frame, and each keeps its order", arguments: [false, true])
  func twoThreads(isShared: Bool) throws {
    let fixture = try Fixture(limits: .init(frames: 8, bytes: 1 << 20), isShared: isShared)
    let never = try #require(StopFlag())
    let sink = fixture.sink
    let frames = 2000
    func frame(_ kind: String, _ number: Int) -> [UInt8] {
      Array((kind + "\(number) " + String(repeating: kind, count: number * 37 % 3000) + "\n").utf8)
    }
    let forwards = (0..<frames).map { frame("f", $0) }
    let replies = (0..<frames).map { frame("r", $0) }
    try #require(BackgroundThread.start { for frame in forwards { _ = sink.forward([frame]) } })
    try #require(BackgroundThread.start { for frame in replies { _ = sink.reply([frame], patience: never) } })
    let total = (forwards + replies).reduce(0) { $0 + $1.count }
    let lines = fixture.read(total).split(separator: "\n", omittingEmptySubsequences: false)
    let isForward = { (line: Substring) in line.hasPrefix("f") }
    #expect(lines.filter(isForward).map { Array($0.utf8) + [10] } == forwards)
    #expect(lines.filter { $0.hasPrefix("r") }.map { Array($0.utf8) + [10] } == replies)
  }

  @Test("A peer that is gone is reported once, and closes the sink")
  func gone() throws {
    let fixture = try Fixture()
    fixture.closeReader()
    #expect(!fixture.sink.forward([Array("x\n".utf8)]))
    #expect(!fixture.sink.forward([Array("x\n".utf8)]))
    #expect(fixture.sink.reply([Array("x\n".utf8)], patience: nil) == .closed)
    #expect(fixture.lost.value == 1)
  }

  @Test("A forward that waits for the peer ends when the session does", arguments: [false, true])
  func stopped(isShared: Bool) throws {
    let fixture = try Fixture(isShared: isShared)
    let (sink, stop) = (fixture.sink, fixture.stop)
    try #require(BackgroundThread.start { stop.raise() })
    #expect(!sink.forward([[UInt8](repeating: 0, count: 1 << 20)]))
    #expect(fixture.lost.value == 0)
  }

  @Test("Closing writes what is queued first")
  func closing() throws {
    let fixture = try Fixture()
    let sink = fixture.sink
    let frame = [UInt8](repeating: UInt8(ascii: "r"), count: 99_999) + [UInt8(ascii: "\n")]
    #expect(sink.reply([frame, frame], patience: nil) == .accepted)
    try #require(BackgroundThread.start { sink.close(draining: true) })
    #expect(fixture.read(.max).utf8.count == 200_000)
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
