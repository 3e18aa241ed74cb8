/// How old a signed message may be, and how far the sender's clock may be ahead.
package struct FreshnessWindow: Sendable, Equatable {
  package var pastSeconds: Int
  package var futureSeconds: Int

  /// Five minutes past, thirty seconds future (contract, section 3).
  package init(pastSeconds: Int = 300, futureSeconds: Int = 30) {
    self.pastSeconds = pastSeconds
    self.futureSeconds = futureSeconds
  }

  /// Both moments in microseconds since 1970. The ends belong to the window.
  package func judge(_ moment: Int64, at now: Int64) -> Freshness {
    if moment < now - Int64(pastSeconds) * 1_000_000 { return .tooOld }
    if moment > now + Int64(futureSeconds) * 1_000_000 { return .tooNew }
    return .fresh
  }
}

package enum Freshness: Sendable {
  case fresh, tooOld, tooNew
}
