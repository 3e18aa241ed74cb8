/// Slows down whoever tries codes. A pure state machine: moments come in, waits go out.
///
/// On loopback a try waits before it is looked at, longer after every failure and never more than 5 s: no local program
/// can lock the owner out, and all codes would take years. Beyond loopback an address is refused after five failures, for
/// 5 minutes, then 30, then 2 hours.
struct LoginThrottle: Sendable {
  enum Admission: Equatable, Sendable {
    /// Look at the code after so many milliseconds.
    case after(milliseconds: Int)
    /// Not before this moment, in microseconds since 1970.
    case refused(until: Int64)
  }

  private struct Address: Sendable {
    var failures = 0
    var lockOuts = 0
    var lockedUntil: Int64 = 0
    var lastFailure: Int64 = 0
  }

  private var localFailures = 0
  private var lastLocalFailure: Int64 = 0
  private var addresses: [String: Address] = [:]

  static let firstDelay = 250
  static let longestDelay = 5000
  static let allowedFailures = 5
  static let lockOutMinutes: [Int64] = [5, 30, 120]
  static let maximumAddresses = 4096
  private static let minute: Int64 = 60_000_000
  /// After so long without a failure everything is forgotten.
  private static let memory: Int64 = 24 * 60 * minute
  private static let localMemory: Int64 = 10 * minute

  func admission(of peer: String, isLoopback: Bool, now: Int64) -> Admission {
    if isLoopback {
      let isOld = now - lastLocalFailure > Self.localMemory
      return .after(milliseconds: isOld ? 0 : Self.delay(after: localFailures))
    }
    if let address = addresses[Self.key(peer)], now < address.lockedUntil {
      return .refused(until: address.lockedUntil)
    }
    return .after(milliseconds: 0)
  }

  mutating func failed(_ peer: String, isLoopback: Bool, now: Int64) {
    if isLoopback {
      if now - lastLocalFailure > Self.localMemory { localFailures = 0 }
      localFailures = min(localFailures + 1, 1000)
      lastLocalFailure = now
      return
    }
    let key = Self.key(peer)
    var address = addresses[key] ?? Address()
    if now - address.lastFailure > Self.memory { address = Address() }
    address.lastFailure = now
    address.failures += 1
    if address.failures >= Self.allowedFailures {
      let minutes = Self.lockOutMinutes[min(address.lockOuts, Self.lockOutMinutes.count - 1)]
      address.lockedUntil = now + minutes * Self.minute
      address.lockOuts += 1
      address.failures = 0
    }
    if addresses[key] == nil, addresses.count >= Self.maximumAddresses { makeRoom() }
    addresses[key] = address
  }

  mutating func succeeded(_ peer: String, isLoopback: Bool) {
    if isLoopback { localFailures = 0 } else { addresses[Self.key(peer)] = nil }
  }

  /// 250 ms after the first failure, doubled with each.
  static func delay(after failures: Int) -> Int {
    guard failures > 0 else { return 0 }
    return min(longestDelay, firstDelay << min(failures - 1, 10))
  }

  /// Forgets whoever failed longest ago, a good part at once.
  private mutating func makeRoom() {
    let moments = addresses.values.map(\.lastFailure).sorted()
    let limit = moments[moments.count / 4]
    addresses = addresses.filter { $0.value.lastFailure > limit }
  }

  /// A network of IPv6 belongs to one user: the first four groups count.
  private static func key(_ peer: String) -> String {
    let address = peer.split(separator: "%", maxSplits: 1).first.map(String.init) ?? peer
    guard address.contains(":"), !address.contains(".") else { return address }
    let halves = address.lowercased().split(separator: ":", omittingEmptySubsequences: false)
    var groups: [Substring] = []
    for group in halves {
      // Behind "::" stand zeros as far as the first four groups are concerned, unless few are left out.
      if group.isEmpty, !groups.isEmpty { break }
      if !group.isEmpty { groups.append(group) }
      if groups.count == 4 { break }
    }
    return groups.joined(separator: ":") + "::/64"
  }
}
