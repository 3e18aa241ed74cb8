import Guard

/// Who is logged in. In memory only: a new start asks for the new code.
struct Sessions: Sendable {
  /// A browser that is logged in.
  struct Session: Sendable, Equatable {
    /// Stands in every form of its pages.
    let formToken: String
    /// Microseconds since 1970.
    let expires: Int64
    /// Shown once, by the next page.
    fileprivate(set) var notice: Notice?
  }

  /// 24 hours, in microseconds.
  static let lifetime: Int64 = 24 * 3600 * 1_000_000
  /// Logins beyond that end the oldest session.
  static let maximumCount = 64

  /// By the hash of the word in the cookie, so that looking one up tells nothing about another.
  private var sessions: [Digest: Session] = [:]

  /// - Returns: the word for the cookie.
  mutating func begin(now: Int64) -> String {
    var random = SystemRandomNumberGenerator()
    return begin(now: now, using: &random)
  }

  mutating func begin(now: Int64, using random: inout some RandomNumberGenerator) -> String {
    sessions = sessions.filter { now < $0.value.expires }
    if sessions.count >= Self.maximumCount, let oldest = sessions.min(by: { $0.value.expires < $1.value.expires }) {
      sessions[oldest.key] = nil
    }
    let word = Token.make(bytes: 32, using: &random)
    sessions[Self.key(word)] = Session(formToken: Token.make(bytes: 32, using: &random), expires: now + Self.lifetime)
    return word
  }

  func session(_ word: String, now: Int64) -> Session? {
    guard word.utf8.count == 64, let session = sessions[Self.key(word)], now < session.expires else { return nil }
    return session
  }

  /// - Returns: false when there is no such session.
  mutating func leave(_ notice: Notice, for word: String) -> Bool {
    let key = Self.key(word)
    guard sessions[key] != nil else { return false }
    sessions[key]?.notice = notice
    return true
  }

  mutating func takeNotice(_ word: String) -> Notice? {
    let key = Self.key(word)
    defer { sessions[key]?.notice = nil }
    return sessions[key]?.notice
  }

  mutating func end(_ word: String) { sessions[Self.key(word)] = nil }

  private static func key(_ word: String) -> Digest {
    Array(word.utf8).withUnsafeBytes { SHA256.digest($0) }
  }
}
