import Guard
import JSONRPC
import Testing

@testable import StdioProxy

@Suite("Requests in flight") struct PendingRequestsTests {
  private static func number(_ value: Int) -> RequestID { RequestID(number: "\(value)") }

  @Test("a number and a string of the same text are two ids")
  func types() {
    var pending = PendingRequests()
    pending.add(.init(method: "a"), id: RequestID(number: "1"))
    #expect(!pending.contains(RequestID(string: "1", literal: "\"1\"")))
    #expect(pending.take(RequestID(string: "1", literal: "\"1\"")) == nil)
    #expect(pending.take(RequestID(number: "1"))?.method == "a")
    #expect(pending.take(RequestID(number: "1")) == nil)
  }

  @Test("an id used twice keeps both requests, and they are answered in their order")
  func twice() {
    var pending = PendingRequests()
    for method in ["first", "second"] { pending.add(.init(method: method), id: Self.number(7)) }
    #expect(pending.count == 2)
    #expect(pending.take(Self.number(7))?.method == "first")
    #expect(pending.take(Self.number(7))?.method == "second")
    #expect(pending.count == 0)
  }

  @Test("when there are too many the oldest is forgotten, whichever were answered before")
  func capacity() {
    var pending = PendingRequests(capacity: 100)
    for value in 0..<100 { pending.add(.init(method: "m"), id: Self.number(value)) }
    _ = pending.take(Self.number(0))
    for value in 100..<103 { pending.add(.init(method: "m"), id: Self.number(value)) }
    #expect(pending.count == 100)
    #expect(!pending.contains(Self.number(1)) && !pending.contains(Self.number(2)))
    #expect(pending.contains(Self.number(3)) && pending.contains(Self.number(102)))
  }

  @Test("the room for parameters is bounded, and comes back when requests are answered or forgotten")
  func room() {
    var pending = PendingRequests(capacity: 2)
    let half = [UInt8](repeating: 0x20, count: 8 << 20)
    for value in 0..<2 {
      var request = PendingRequests.Request(method: "tools/call")
      request.approval = .params(half)
      pending.add(request, id: Self.number(value))
    }
    #expect(!pending.hasRoom(for: 1))
    _ = pending.take(Self.number(0))
    #expect(pending.hasRoom(for: 8 << 20) && !pending.hasRoom(for: 8 << 20 | 1))
    for value in 2..<4 { pending.add(.init(method: "m"), id: Self.number(value)) }
    #expect(pending.hasRoom(for: 16 << 20))
  }
}

@Suite("Calls in a minute") struct CallRateTests {
  private static let second: Int64 = 1_000_000

  @Test("no window of a minute holds more calls than the limit")
  func limit() {
    var rate = CallRate()
    var admitted: [Int] = []
    for moment in 0..<600 where rate.admits(at: Int64(moment) * Self.second / 2, perMinute: 10) {
      admitted.append(moment)
    }
    #expect(admitted.count == 50)
    for (index, moment) in admitted.enumerated() where index >= 10 { #expect(moment - admitted[index - 10] >= 120) }
  }

  @Test("a limit that changes holds from the next call on")
  func change() {
    var rate = CallRate()
    for index in 0..<10 { _ = rate.admits(at: Int64(index) * Self.second, perMinute: 10) }
    var admitted: [Bool] = []
    for (moment, limit) in [(30, 5), (30, 11), (65, 5), (66, 5), (66, 0)] {
      admitted.append(rate.admits(at: Int64(moment) * Self.second, perMinute: limit))
    }
    #expect(admitted == [false, true, false, true, false])
  }
}
