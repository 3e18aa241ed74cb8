import Threads

/// How often one address may ask, in constant memory for each: a token bucket written as the moment from which it is
/// full again (GCRA). Addresses of IPv6 count by their first 64 bits, since whoever has one has them all.
// @unchecked: every `var` is read and written with `lock` held.
package final class AddressRate: @unchecked Sendable {
  private let interval: Int64
  private let burst: Int64
  private let lock = Lock()
  private var fullAgain: [String: Int64] = [:]

  /// Addresses that are remembered. When there are more, those whose bucket is full are forgotten, and if that does not
  /// make room, all: a flood from many addresses is not what this can stop.
  private static let maximumAddresses = 10_000

  /// - Parameter perMinute: requests in a minute on average, and at once.
  package init(perMinute: Int) {
    interval = 60_000_000 / Int64(max(1, perMinute))
    burst = 60_000_000
  }

  /// Counts one request.
  ///
  /// Loopback addresses are not limited: every agent of the machine has the same. Their own rates apply.
  ///
  /// - Parameter now: microseconds of a clock that does not go back.
  /// - Returns: nil when it may go on, else how long to wait, in microseconds.
  package func admit(_ peer: Peer, at now: Int64) -> Int64? {
    guard !peer.isLoopback else { return nil }
    let key = Self.key(peer.address)
    lock.lock()
    defer { lock.unlock() }
    let next = max(fullAgain[key] ?? now, now) + interval
    guard next - now <= burst else { return next - now - burst }
    if fullAgain[key] == nil, fullAgain.count >= Self.maximumAddresses {
      fullAgain = fullAgain.filter { $0.value > now }
      if fullAgain.count >= Self.maximumAddresses { fullAgain.removeAll() }
    }
    fullAgain[key] = next
    return nil
  }

  /// The address, or the first four groups of one of IPv6. A text that is no address is its own key.
  static func key(_ address: String) -> String {
    guard address.contains(":"), !address.hasPrefix("::ffff:") else { return address }
    let text = address.split(separator: "%", maxSplits: 1).first.map(String.init) ?? address
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    // "::" stands for as many zero groups as are missing.
    var groups: [String] = []
    for (index, part) in halves.enumerated() {
      if part.isEmpty, index > 0, index < halves.count - 1 {
        groups += [String](repeating: "0", count: max(1, 9 - halves.count))
      } else {
        groups.append(part.isEmpty ? "0" : part.lowercased())
      }
    }
    return groups.prefix(4).joined(separator: ":")
  }
}
