import Guard
import Testing
import Threads

@testable import StdioProxy

/// A clock and a next policy in the hands of a test.
// @unchecked: guarded by the lock.
private final class Hands: @unchecked Sendable {
  private let lock = Lock()
  private var time: Int64 = 0
  private var next: Policy?
  private var looks = 0

  var now: Int64 { lock.withLock { time } }
  var lookCount: Int { lock.withLock { looks } }
  func advance(_ microseconds: Int64) { lock.withLock { time += microseconds } }
  func offer(_ policy: Policy) { lock.withLock { next = policy } }
  func take() -> Policy? {
    lock.withLock {
      looks += 1
      defer { next = nil }
      return next
    }
  }
}

@Suite("a policy that changes")
struct PolicyChangeTests {
  private let hands = Hands()
  private let judge: DirectionJudge

  init() throws {
    let hands = hands
    var settings = PolicySettings()
    settings.limits.maxFrameBytes = 1024
    let session = SessionContext(
      server: "files", id: "s", policy: Policy(settings), rules: try BuiltinRules.load(), sink: RecordingSink(),
      clock: RelayClock(now: { hands.now }, steady: { hands.now }), policyChange: { hands.take() })
    judge = DirectionJudge(.clientToServer, session: session)
  }

  private func send(_ text: String) -> (forwarded: String, replies: String) {
    var outputs: [RelayOutput] = []
    Array(text.utf8).withUnsafeBytes { judge.receive($0, into: &outputs) }
    var (forwarded, replies) = ("", "")
    for output in outputs {
      switch output {
      case .forward(let bytes): forwarded += String(decoding: bytes, as: UTF8.self)
      case .reply(let bytes): replies += String(decoding: bytes, as: UTF8.self)
      case .end: break
      }
    }
    return (forwarded, replies)
  }

  private var enforcing: Policy {
    var settings = PolicySettings()
    settings.mode = .enforce
    return Policy(settings)
  }

  private let broken = "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"ping\"}\n"

  @Test("takes hold with the first frame after a second, and is looked for once a second at most")
  func takesHold() {
    hands.offer(enforcing)
    hands.advance(999_999)
    #expect(send(broken).forwarded == broken)
    #expect(hands.lookCount == 0)
    hands.advance(1)
    #expect(send(broken).forwarded.isEmpty)
    #expect(send(broken).forwarded.isEmpty)
    #expect(hands.lookCount == 1)
    hands.advance(1_000_000)
    #expect(send(broken).forwarded.isEmpty)
    #expect(hands.lookCount == 2)
  }

  @Test("changed rules take hold with the next frame, in either direction")
  func rulesTakeHold() throws {
    let hands = hands
    let category = try #require(Category.allCases.first)
    var rule = RuleDefinition(id: "ACME-1", name: "A word of ours", severity: .medium, category: category)
    rule.patterns = [RulePattern("bluefin")]
    let changed = try RuleSet(try BuiltinRules.load(), adding: [rule])
    var settings = PolicySettings()
    settings.mode = .enforce
    let sink = RecordingSink()
    let session = SessionContext(
      server: "files", id: "s", policy: Policy(settings), rules: try BuiltinRules.load(), sink: sink,
      clock: RelayClock(now: { hands.now }, steady: { hands.now }),
      rulesChange: { hands.now > 0 ? changed : nil })
    let judges = [DirectionJudge(.clientToServer, session: session), DirectionJudge(.serverToClient, session: session)]
    let text = Array("{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"t\":\"bluefin\"}}\n".utf8)
    for isChanged in [false, true] {
      if isChanged { hands.advance(1_000_000) }
      for judge in judges {
        var outputs: [RelayOutput] = []
        text.withUnsafeBytes { judge.receive($0, into: &outputs) }
      }
    }
    #expect(sink.entries.map { $0.findings.contains { $0.rule == "ACME-1" } } == [false, false, true, true])
  }

  @Test("never takes hold in the middle of a frame")
  func wholeFrames() {
    let long = "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"t\":\"" + String(repeating: "a", count: 3000)
    let head = send(long).forwarded
    #expect(!head.isEmpty)
    hands.offer(enforcing)
    hands.advance(2_000_000)
    let tail = send(String(repeating: "b", count: 3000) + "\"}}\n")
    #expect((head + tail.forwarded).hasSuffix("bbb\"}}\n"))
    #expect(tail.replies.isEmpty)
    #expect(send(broken).forwarded.isEmpty)
  }
}
