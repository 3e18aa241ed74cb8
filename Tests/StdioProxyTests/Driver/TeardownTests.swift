import Testing
import Threads

@testable import StdioProxy

@Suite("Teardown")
struct TeardownTests {
  private let start = MonotonicTime(nanoseconds: 5_000_000_000)

  @Test("Steps come when they are due, each once")
  func steps() {
    var teardown = Teardown()
    #expect(teardown.next == nil)
    teardown.begin([.init(after: 100, .terminate), .init(after: 200, .kill)], at: start)
    #expect(teardown.next == start + .milliseconds(100))
    #expect(teardown.takeDue(at: start + .milliseconds(99)).isEmpty)
    #expect(teardown.takeDue(at: start + .milliseconds(100)) == [.terminate])
    #expect(teardown.takeDue(at: start + .milliseconds(150)).isEmpty)
    #expect(teardown.takeDue(at: start + .milliseconds(1000)) == [.kill])
    #expect(teardown.next == nil)
  }

  @Test("Of several plans the earliest step comes first, and the same action once")
  func merged() {
    var teardown = Teardown()
    teardown.begin([.init(after: 1500, .terminate), .init(after: 3000, .kill)], at: start)
    teardown.begin([.init(after: 1000, .kill)], at: start + .milliseconds(100))
    #expect(teardown.takeDue(at: start + .milliseconds(1100)) == [.kill])
    #expect(teardown.takeDue(at: start + .milliseconds(9000)) == [.terminate, .kill])
  }

  @Test("The standing plans end within the client's four seconds")
  func standing() {
    let timing = RelayTiming()
    for plan in [timing.clientEnded, timing.signalled, timing.sessionEnded, timing.serverEnded, timing.orphaned] {
      #expect(plan.last?.action == .kill)
      #expect(plan.allSatisfy { $0.after <= 3000 })
    }
  }

  @Test("A wait is rounded up, bounded, and never negative")
  func waits() {
    #expect((start + .milliseconds(1)).millisecondsFrom(start) == 1)
    #expect(MonotonicTime(nanoseconds: start.nanoseconds + 1).millisecondsFrom(start) == 1)
    #expect(start.millisecondsFrom(start + .milliseconds(1)) == 0)
    #expect(MonotonicTime(nanoseconds: .max).millisecondsFrom(start) == 3_600_000)
  }
}
