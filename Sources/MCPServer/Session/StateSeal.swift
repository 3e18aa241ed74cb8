import Guard
import JSONRPC

/// Seals what a server has to remember between two rounds of a stateless request, and what the client carries meanwhile
/// (MCP 2026-07-28, multi round-trip requests: `requestState`).
///
/// A sealed state is bound to one request (method, name and arguments), one principal and a time; some count once only.
/// The key lives as long as the process. For one thread at a time; all sessions of a process share one.
package final class StateSeal {
  private let key: [UInt8]
  /// Marks of used states with the moment at which they would have expired anyway.
  private var used: [[UInt8]: Int64] = [:]

  /// How long a client, and whoever sits before it, may take: ten minutes, in microseconds.
  package static let lifetime: Int64 = 600_000_000
  static let maximumUsed = 10_000
  /// Longer ones are not looked at.
  static let maximumLength = 16_384

  private static let markLength = 16
  private static let codeLength = 32

  package init() {
    key = Self.randomBytes(32)
  }

  /// What a state is bound to.
  struct Binding {
    let principal: String
    let method: String
    let name: String
    let arguments: JSONValue
  }

  func seal(_ state: String, isSingleUse: Bool, for binding: Binding, at now: Int64) -> String {
    var payload = isSingleUse ? [UInt8(1)] : [UInt8(0)]
    withUnsafeBytes(of: (now + Self.lifetime).bigEndian) { payload.append(contentsOf: $0) }
    payload += Self.randomBytes(Self.markLength)
    payload += Array(state.utf8)
    return Self.hexadecimal(payload + code(payload, binding))
  }

  /// The state, or nil when it was not sealed here, for this request and recently, or was used before.
  func open(_ sealed: String, for binding: Binding, at now: Int64) -> String? {
    guard sealed.utf8.count <= Self.maximumLength, let bytes = Self.bytes(hexadecimal: sealed) else { return nil }
    let header = 1 + 8 + Self.markLength
    guard bytes.count >= header + Self.codeLength else { return nil }
    let payload = Array(bytes.dropLast(Self.codeLength))
    guard MessageAuthentication.isEqual(code(payload, binding), bytes.suffix(Self.codeLength)) else { return nil }
    let expiry = payload[1..<9].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    guard now < expiry else { return nil }
    if payload[0] == 1 {
      guard use(Array(payload[9..<header]), until: expiry, at: now) else { return nil }
    }
    return String(decoding: payload[header...], as: UTF8.self)
  }

  // MARK: Private

  private func use(_ mark: [UInt8], until expiry: Int64, at now: Int64) -> Bool {
    guard used[mark] == nil else { return false }
    if used.count >= Self.maximumUsed { used = used.filter { $0.value > now } }
    guard used.count < Self.maximumUsed else { return false }
    used[mark] = expiry
    return true
  }

  private func code(_ payload: [UInt8], _ binding: Binding) -> [UInt8] {
    // JSON keeps the parts apart, whatever stands in them.
    let bound = JSONValue.array([
      .string("oktsec requestState 1"), .string(binding.principal), .string(binding.method), .string(binding.name),
      binding.arguments.sorted,
    ])
    return MessageAuthentication.code(over: Array(bound.text.utf8) + [0] + payload, key: key)
  }

  private static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
