import Threads

/// Lets people in, keeps others out. Shared by all requests.
// @unchecked: everything mutable is read and written under `lock`.
final class AccessControl: @unchecked Sendable {
  enum Attempt: Equatable, Sendable {
    /// The word for the cookie.
    case accepted(session: String)
    case wrong
    case refused(until: Int64)
    /// Too many tries are waiting.
    case busy
  }

  /// Tries that wait at the same time.
  static let maximumWaiting = 8

  private let lock = Lock()
  private var code: AccessCode
  private var throttle = LoginThrottle()
  private var sessions = Sessions()
  private var waiting = 0
  /// Stands in the form of the login page; the same for everybody, because before the login there is nobody to tell apart.
  let loginToken: String
  private let pause: @Sendable (_ milliseconds: Int) async -> Void

  /// - Parameter pause: waits before a try is looked at.
  init(
    code: AccessCode = AccessCode(),
    pause: @escaping @Sendable (Int) async -> Void = { try? await Task.sleep(nanoseconds: UInt64($0) * 1_000_000) }
  ) {
    self.code = code
    self.pause = pause
    var random = SystemRandomNumberGenerator()
    loginToken = Token.make(bytes: 32, using: &random)
  }

  var digits: String { code.digits }

  /// Nil once it was followed.
  var link: String? { lock.withLock { code.link } }

  /// Looks at a code, after the wait that earlier failures call for.
  func attempt(code typed: String, peer: String, isLoopback: Bool, now: Int64) async -> Attempt {
    let admission: Attempt?
    var wait = 0
    (admission, wait) = lock.withLock {
      switch throttle.admission(of: peer, isLoopback: isLoopback, now: now) {
      case .refused(let until): return (.refused(until: until), 0)
      case .after(let milliseconds):
        guard waiting < Self.maximumWaiting else { return (.busy, 0) }
        waiting += 1
        return (nil, milliseconds)
      }
    }
    if let admission { return admission }
    if wait > 0 { await pause(wait) }
    return lock.withLock {
      waiting -= 1
      // Others may have failed meanwhile, and five at once are five.
      if case .refused(let until) = throttle.admission(of: peer, isLoopback: isLoopback, now: now) {
        return .refused(until: until)
      }
      guard code.accepts(typed) else {
        throttle.failed(peer, isLoopback: isLoopback, now: now)
        return .wrong
      }
      throttle.succeeded(peer, isLoopback: isLoopback)
      return .accepted(session: sessions.begin(now: now))
    }
  }

  /// Follows the one-time link. It is too long to be guessed, so that no wait is needed.
  func follow(link: String, now: Int64) -> String? {
    lock.withLock { code.use(link: link) ? sessions.begin(now: now) : nil }
  }

  func session(_ words: [String], now: Int64) -> Sessions.Session? {
    lock.withLock {
      for word in words {
        if let session = sessions.session(word, now: now) { return session }
      }
      return nil
    }
  }

  /// Keeps what the session's next page is to say.
  func leave(_ notice: Notice, for words: [String]) {
    lock.withLock { _ = words.contains { sessions.leave(notice, for: $0) } }
  }

  func takeNotice(_ words: [String]) -> Notice? {
    lock.withLock {
      for word in words {
        if let notice = sessions.takeNotice(word) { return notice }
      }
      return nil
    }
  }

  func end(_ words: [String]) {
    lock.withLock { for word in words { sessions.end(word) } }
  }
}
