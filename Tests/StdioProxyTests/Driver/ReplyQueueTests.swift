import Testing

@testable import StdioProxy

@Suite("Reply queue")
struct ReplyQueueTests {
  @Test("Frames come out in order, runs of them together")
  func order() {
    var queue = ReplyQueue(limits: .init())
    for text in ["a\n", "bb\n", "ccc\n"] { queue.append(Array(text.utf8)) }
    #expect(queue.next(about: 5) == Array("a\nbb\n".utf8))
    queue.consume(3)
    #expect(queue.isInsideFrame)
    #expect(queue.next(about: 100) == Array("b\nccc\n".utf8))
    queue.consume(2)
    #expect(!queue.isInsideFrame)
    #expect(queue.next(about: 1) == Array("ccc\n".utf8))
    queue.consume(4)
    #expect(queue.isEmpty)
    #expect(queue.bytes == 0)
    #expect(queue.next(about: 1).isEmpty)
  }

  @Test("Both limits hold, but an empty queue takes a frame of any size")
  func limits() {
    var queue = ReplyQueue(limits: .init(frames: 2, bytes: 10))
    #expect(queue.hasRoom(for: 100))
    queue.append([UInt8](repeating: 65, count: 100))
    #expect(!queue.hasRoom(for: 1))
    queue.consume(95)
    #expect(queue.hasRoom(for: 5))
    #expect(!queue.hasRoom(for: 6))
    queue.append([65])
    #expect(!queue.hasRoom(for: 1))
  }
}
