import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the addresses of a host. A protocol, so that tests can say what a name stands for.
protocol HostResolver: Sendable {
  /// At most 16; empty when there are none, or none came in time.
  func addresses(of host: String) async -> [NetworkAddress]
}

/// The system's resolver, on threads of its own, because it blocks for as long as it likes.
// @unchecked: `running` is read and written with `lock` held.
final class SystemResolver: HostResolver, @unchecked Sendable {
  /// Look-ups under way, those included that nobody waits for any more.
  private static let maximum = 16

  private let milliseconds: Int
  private let lock = Lock()
  private var running = 0

  init(withinMilliseconds milliseconds: Int = 5000) { self.milliseconds = milliseconds }

  func addresses(of host: String) async -> [NetworkAddress] {
    // No look-up for what is a number already; the resolver would take spellings that we do not.
    if let address = NetworkAddress(host) { return [address] }
    let mayStart = lock.withLock { () -> Bool in
      guard running < Self.maximum else { return false }
      running += 1
      return true
    }
    guard mayStart else { return [] }
    return await withCheckedContinuation { continuation in
      let answer = FirstAnswer(continuation)
      let isStarted = BackgroundThread.start {
        let found = Self.lookUp(host)
        self.lock.withLock { self.running -= 1 }
        answer.give(found)
      }
      guard isStarted else {
        lock.withLock { running -= 1 }
        return answer.give([])
      }
      let milliseconds = self.milliseconds
      Task {
        try? await Task.sleep(for: .milliseconds(milliseconds))
        answer.give([])
      }
    }
  }

  private static func lookUp(_ host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
    hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return [] }
    defer { freeaddrinfo(first) }
    var found: [NetworkAddress] = []
    var next: UnsafeMutablePointer<addrinfo>? = first
    while let item = next, found.count < 16 {
      if let address = address(item.pointee), !found.contains(address) { found.append(address) }
      next = item.pointee.ai_next
    }
    return found
  }

  private static func address(_ item: addrinfo) -> NetworkAddress? {
    guard let pointer = item.ai_addr else { return nil }
    switch item.ai_family {
    case AF_INET:
      guard Int(item.ai_addrlen) >= MemoryLayout<sockaddr_in>.size else { return nil }
      let address = UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in.self).sin_addr
      return NetworkAddress(bytes: withUnsafeBytes(of: address) { Array($0) })
    case AF_INET6:
      guard Int(item.ai_addrlen) >= MemoryLayout<sockaddr_in6>.size else { return nil }
      let address = UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in6.self).sin6_addr
      return NetworkAddress(bytes: withUnsafeBytes(of: address) { Array($0) })
    default: return nil
    }
  }
}

/// Resumes a task once, with what comes first.
// @unchecked: `continuation` is read and written with `lock` held.
private final class FirstAnswer: @unchecked Sendable {
  private let lock = Lock()
  private var continuation: CheckedContinuation<[NetworkAddress], Never>?

  init(_ continuation: CheckedContinuation<[NetworkAddress], Never>) { self.continuation = continuation }

  func give(_ addresses: [NetworkAddress]) {
    let waiting = lock.withLock {
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: addresses)
  }
}
