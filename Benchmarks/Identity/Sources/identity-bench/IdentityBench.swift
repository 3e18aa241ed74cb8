import CSodium
import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One size of content.
struct IdentityBench {
  let content: String
  let payload: SignedPayload
  let key: SigningKey
  let signature: Signature
  let keyring: Keyring
  /// libsodium's own form of the same key.
  let secret: [UInt8]
  let calls: Int

  static let timestamp = "2026-03-01T09:05:07Z"

  init(size: Int) throws {
    let seed = (0..<32).map { UInt8($0) }
    var publicKey = [UInt8](repeating: 0, count: 32)
    var secret = [UInt8](repeating: 0, count: 64)
    guard crypto_sign_seed_keypair(&publicKey, &secret, seed) == 0,
      let key = seed.withUnsafeBytes({ SigningKey(seed: $0) }),
      let name = AgentName("sender")
    else { fail("no key") }
    self.secret = secret
    self.key = key
    content = String(repeating: "some words to sign ", count: size / 19 + 1)
    payload = try SignedPayload(from: "sender", to: "recipient", content: content, timestamp: Self.timestamp)
    guard let signature = key.signature(over: payload) else { fail("no signature") }
    self.signature = signature
    keyring = Keyring(keys: [name: key.verifyingKey], revoked: [])
    calls = max(20, min(400, 4_000_000 / max(1, size)))
  }

  func run(rounds: Int) throws {
    var sum = 0
    func report(_ what: String, _ ours: () -> Void, _ plain: () -> Void) {
      var (own, other): ([Double], [Double]) = ([], [])
      for round in 0..<(rounds + 2) {
        // In turns, so that both meet the same machine.
        let (first, second) = (time(ours), time(plain))
        guard round >= 2 else { continue }
        own.append(first)
        other.append(second)
      }
      let (a, b) = (own.sorted()[rounds / 2], other.sorted()[rounds / 2])
      let columns = [
        "\(payload.bytes.count)".padded(to: 9), what.padded(to: 25), "\(hundredths(a))".padded(to: 10),
        "\(hundredths(b))".padded(to: 15), hundredths(a / b),
      ]
      print(columns.joined())
    }
    let bytes = payload.bytes
    let publicKey = key.verifyingKey.bytes
    let text = signature.base64
    let plainSigning = {
      var made = [UInt8](repeating: 0, count: 64)
      crypto_sign_detached(&made, nil, bytes, UInt64(bytes.count), secret)
      sum &+= Int(made[0])
    }
    let plainVerifying = {
      sum &+= Int(crypto_sign_verify_detached(signature.bytes, bytes, UInt64(bytes.count), publicKey))
    }
    report("sign, call", { sum &+= Int(key.signature(over: payload)?.bytes[0] ?? 0) }, plainSigning)
    report(
      "sign, message",
      {
        let made = try? SignedPayload(from: "sender", to: "recipient", content: content, timestamp: Self.timestamp)
        sum &+= made.flatMap { key.signature(over: $0) }?.base64.utf8.count ?? 0
      }, plainSigning)
    report("verify, call", { sum &+= key.verifyingKey.verifies(signature, over: payload) ? 1 : 0 }, plainVerifying)
    report(
      "verify, message",
      {
        guard
          let made = try? SignedPayload(from: "sender", to: "recipient", content: content, timestamp: Self.timestamp),
          case .verified(let sender) = keyring.verify(
            made, signature: Signature(base64: text), at: made.moment, window: FreshnessWindow())
        else { fail("a signature does not hold") }
        sum &+= Int(sender.replayKey.bytes[0])
      }, plainVerifying)
    guard sum != 0 else { fail("nothing was done") }
  }

  /// Microseconds of processor time a call.
  private func time(_ body: () -> Void) -> Double {
    let begin = clock()
    for _ in 0..<calls { body() }
    return Double(clock() - begin) / Double(CLOCKS_PER_SEC) * 1e6 / Double(calls)
  }
}

func hundredths(_ value: Double) -> String {
  let number = Int((value * 100).rounded())
  return "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
