import Testing

@testable import Dashboard

@Suite("Access")
struct AccessTests {
  static let minute: Int64 = 60_000_000

  @Test("the code is eight digits, and each start has another")
  func code() {
    let codes = (0..<20).map { _ in AccessCode() }
    for code in codes { #expect(code.digits.count == 8 && code.digits.allSatisfy(\.isNumber)) }
    #expect(Set(codes.map(\.digits)).count > 15)
    #expect(Set(codes.map(\.link)).count == 20)
  }

  @Test("only the code is accepted, grouped or not")
  func accepts() {
    let code = AccessCode()
    let digits = code.digits
    #expect(code.accepts(digits))
    #expect(code.accepts("\(digits.prefix(4)) \(digits.suffix(4))"))
    #expect(code.accepts("\(digits.prefix(4))-\(digits.suffix(4))"))
    #expect(!code.accepts(String(digits.dropLast())))
    #expect(!code.accepts(digits + "0"))
    #expect(!code.accepts(""))
    #expect(!code.accepts(String(digits.dropLast()) + (digits.hasSuffix("0") ? "1" : "0")))
  }

  @Test("the link lets in once")
  func link() throws {
    var code = AccessCode()
    let link = try #require(code.link)
    let outcomes = ["", link + "0", link, link].map { code.use(link: $0) }
    #expect(outcomes == [false, false, true, false])
    #expect(code.link == nil)
  }

  @Test("on loopback the wait grows up to five seconds and never refuses")
  func loopback() {
    var throttle = LoginThrottle()
    var waits: [Int] = []
    for _ in 0..<12 {
      guard case .after(let wait) = throttle.admission(of: "127.0.0.1", isLoopback: true, now: 0) else {
        Issue.record("refused")
        return
      }
      waits.append(wait)
      throttle.failed("127.0.0.1", isLoopback: true, now: 0)
    }
    #expect(waits == [0, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000, 5000])
    throttle.succeeded("127.0.0.1", isLoopback: true)
    #expect(throttle.admission(of: "127.0.0.1", isLoopback: true, now: 0) == .after(milliseconds: 0))
  }

  @Test("beyond loopback five failures lock an address out: 5 min, 30 min, 2 h, 2 h")
  func lockOut() {
    var throttle = LoginThrottle()
    var now: Int64 = 1
    for minutes in [5, 30, 120, 120] as [Int64] {
      for _ in 0..<5 {
        #expect(throttle.admission(of: "10.0.0.9", isLoopback: false, now: now) == .after(milliseconds: 0))
        throttle.failed("10.0.0.9", isLoopback: false, now: now)
      }
      let end = now + minutes * Self.minute
      #expect(throttle.admission(of: "10.0.0.9", isLoopback: false, now: end - 1) == .refused(until: end))
      #expect(throttle.admission(of: "10.0.0.8", isLoopback: false, now: now) == .after(milliseconds: 0))
      now = end
    }
  }

  @Test("a network of IPv6 counts as one address")
  func network() {
    var throttle = LoginThrottle()
    for host in 1...5 { throttle.failed("2001:db8:1:2::\(host)", isLoopback: false, now: 0) }
    #expect(throttle.admission(of: "2001:db8:1:2:aaaa::1", isLoopback: false, now: 0) != .after(milliseconds: 0))
    #expect(throttle.admission(of: "2001:db8:1:3::1", isLoopback: false, now: 0) == .after(milliseconds: 0))
  }

  @Test("many addresses take bounded memory, and who failed last is remembered")
  func manyAddresses() {
    var throttle = LoginThrottle()
    for number in 0..<(3 * LoginThrottle.maximumAddresses) {
      throttle.failed(
        "10.\(number / 65536).\(number / 256 % 256).\(number % 256)", isLoopback: false, now: Int64(number))
    }
    let now = Int64(4 * LoginThrottle.maximumAddresses)
    for _ in 0..<5 { throttle.failed("192.0.2.1", isLoopback: false, now: now) }
    #expect(throttle.admission(of: "192.0.2.1", isLoopback: false, now: now) != .after(milliseconds: 0))
  }

  @Test("a session ends after 24 hours, and with the logout")
  func sessions() {
    var sessions = Sessions()
    let word = sessions.begin(now: 0)
    #expect(sessions.session(word, now: Sessions.lifetime - 1) != nil)
    #expect(sessions.session(word, now: Sessions.lifetime) == nil)
    #expect(sessions.session(word + "0", now: 0) == nil)
    #expect(sessions.session("", now: 0) == nil)
    let other = sessions.begin(now: 0)
    #expect(sessions.session(other, now: 0)?.formToken != sessions.session(word, now: 0)?.formToken)
    sessions.end(other)
    #expect(sessions.session(other, now: 0) == nil)
    #expect(sessions.session(word, now: 0) != nil)
  }

  @Test("more sessions than the most end the oldest")
  func manySessions() {
    var sessions = Sessions()
    let words = (0...Sessions.maximumCount).map { sessions.begin(now: Int64($0)) }
    #expect(sessions.session(words[0], now: 100) == nil)
    #expect(sessions.session(words[1], now: 100) != nil)
    #expect(sessions.session(words[Sessions.maximumCount], now: 100) != nil)
  }

  @Test("a try waits as long as the failures before it call for")
  func waits() async {
    let waited = Waits()
    let access = AccessControl(pause: { await waited.add($0) })
    for _ in 0..<3 {
      #expect(await access.attempt(code: "x", peer: "127.0.0.1", isLoopback: true, now: 0) == .wrong)
    }
    guard case .accepted = await access.attempt(code: access.digits, peer: "127.0.0.1", isLoopback: true, now: 0)
    else {
      Issue.record("the right code was refused")
      return
    }
    #expect(await waited.all == [250, 500, 1000])
  }

  @Test("the right code does not help an address that is locked out")
  func lockedOut() async {
    let access = AccessControl(pause: { _ in })
    for _ in 0..<5 { _ = await access.attempt(code: "x", peer: "192.0.2.7", isLoopback: false, now: 0) }
    let outcome = await access.attempt(code: access.digits, peer: "192.0.2.7", isLoopback: false, now: 0)
    #expect(outcome == .refused(until: 5 * Self.minute))
  }

  @Test("tries that wait are bounded")
  func bounded() async {
    let gate = Gate()
    let access = AccessControl(pause: { _ in await gate.wait() })
    #expect(await access.attempt(code: "x", peer: "::1", isLoopback: true, now: 0) == .wrong)
    let outcomes = await withTaskGroup(of: AccessControl.Attempt.self) { group in
      for _ in 0..<(AccessControl.maximumWaiting + 3) {
        group.addTask { await access.attempt(code: "x", peer: "::1", isLoopback: true, now: 0) }
      }
      var outcomes: [AccessControl.Attempt] = []
      // Those beyond the bound come back while the others wait.
      for await outcome in group {
        outcomes.append(outcome)
        if outcomes.count == 3 { await gate.open() }
      }
      return outcomes
    }
    #expect(outcomes.filter { $0 == .busy }.count == 3)
  }
}

private actor Waits {
  var all: [Int] = []
  func add(_ wait: Int) { all.append(wait) }
}

private actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func wait() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
