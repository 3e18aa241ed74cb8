import Testing

@testable import Guard

@Suite struct SHA256Tests {
  /// FIPS 180-4 examples and the long message of the NIST example set.
  @Test(
    "known answers",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func knownAnswers(message: String, hex: String) {
    let bytes = Array(message.utf8)
    #expect(bytes.withUnsafeBytes { SHA256.digest($0) }.hex == hex)
    #expect(portable(bytes) == hex)
  }

  @Test("a million letters")
  func longMessage() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    let hex = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(bytes.withUnsafeBytes { SHA256.digest($0) }.hex == hex)
    #expect(portable(bytes) == hex)
  }

  @Test("every length around the block borders is the same on both ways")
  func lengths() {
    let source = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    for length in 0...source.count {
      let piece = Array(source[..<length])
      #expect(piece.withUnsafeBytes { SHA256.digest($0) }.hex == portable(piece), "length \(length)")
    }
  }

  @Test("any division into pieces gives the same digest")
  func chunks() {
    var random = NumberSequence(seed: 7)
    let source = (0..<5000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 33) }
    let whole = source.withUnsafeBytes { SHA256.digest($0) }
    for _ in 0..<200 {
      var hash = SHA256()
      var start = 0
      while start < source.count {
        let end = min(source.count, start + Int(random.next() >> 33) % 200)
        source[start..<end].withUnsafeBytes { hash.update($0) }
        start = end
      }
      #expect(hash.finalize() == whole)
    }
  }

  @Test("a finished hash starts anew")
  func reuse() {
    var hash = SHA256()
    let text = Array("abc".utf8)
    text.withUnsafeBytes { hash.update($0) }
    let first = hash.finalize()
    text.withUnsafeBytes { hash.update($0) }
    #expect(hash.finalize() == first)
  }

  private func portable(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { SHA256.portableDigest($0) }.hex
  }
}

/// A small deterministic source of numbers.
struct NumberSequence {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}
