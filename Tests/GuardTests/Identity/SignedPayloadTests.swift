import Testing

@testable import Guard

@Suite struct SignedPayloadTests {
  @Test("the payload is sender, recipient, content and timestamp on lines, without a line feed at the end")
  func layout() throws {
    let payload = try SignedPayload(from: "a", to: "b", content: "hé\nllo", timestamp: "2026-03-01T09:05:07Z")
    #expect(payload.bytes == Array("a\nb\nhé\nllo\n2026-03-01T09:05:07Z".utf8))
    #expect(payload.moment == 1_772_355_907_000_000)
  }

  @Test("content is signed as its bytes, not as Unicode sees them")
  func keepsBytes() throws {
    let composed = try SignedPayload(from: "a", to: "b", content: "\u{E9}", timestamp: "2026-03-01T09:05:07Z")
    let decomposed = try SignedPayload(from: "a", to: "b", content: "e\u{301}", timestamp: "2026-03-01T09:05:07Z")
    #expect(composed.bytes != decomposed.bytes)
  }

  @Test("no part can lend a line to its neighbour")
  func closesAmbiguities() {
    let time = "2026-03-01T09:05:07Z"
    #expect(throws: SignedPayloadError.from) { try SignedPayload(from: "a\nb", to: "c", content: "", timestamp: time) }
    #expect(throws: SignedPayloadError.to) { try SignedPayload(from: "a", to: "b\nc", content: "", timestamp: time) }
    #expect(throws: SignedPayloadError.timestamp) {
      try SignedPayload(from: "a", to: "b", content: "x", timestamp: "y\n" + time)
    }
    #expect(throws: SignedPayloadError.timestamp) { try SignedPayload(from: "a", to: "b", content: "x", timestamp: "") }
  }

  @Test("the replay key depends on key and payload, and not on the signature's spelling")
  func replayKey() throws {
    let payload = try SignedPayload(from: "a", to: "b", content: "x", timestamp: "2026-03-01T09:05:07Z")
    let other = try SignedPayload(from: "a", to: "b", content: "x", timestamp: "2026-03-01T09:05:07.0Z")
    let (first, second) = (try signingKey(1).verifyingKey, try signingKey(2).verifyingKey)
    let hash = (first.bytes + payload.bytes).withUnsafeBytes { SHA256.digest($0) }
    #expect(payload.replayKey(for: first) == hash.ordered(by: payload.moment))
    #expect(payload.replayKey(for: first).bytes.dropFirst(6) == hash.bytes.dropFirst(6))
    #expect(payload.replayKey(for: first) != payload.replayKey(for: second))
    #expect(payload.replayKey(for: first) != other.replayKey(for: first))
  }

  @Test("replay keys sort by the moment that was signed")
  func replayKeysSort() throws {
    let key = try signingKey(1).verifyingKey
    let times = [
      "1970-01-01T00:00:00Z", "2026-03-01T09:05:07Z", "2026-03-01T09:05:07.001Z", "2026-03-01T09:05:08Z",
      "2107-03-01T00:00:00Z",
    ]
    let keys = try times.map {
      try SignedPayload(from: "a", to: "b", content: "x", timestamp: $0).replayKey(for: key).bytes
    }
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }
}

@Suite struct CanonicalBase64Tests {
  @Test("of sixteen base64 spellings of one signature only the canonical one is read")
  func oneSpelling() throws {
    let signature = try #require(Signature((0..<64).map { UInt8(truncatingIfNeeded: $0 * 37) }))
    let canonical = signature.base64
    #expect(canonical.utf8.count == 88)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let stem = canonical.prefix(85)
    let index = try #require(alphabet.firstIndex(of: Array(canonical)[85]))
    #expect(index % 16 == 0)
    let readable = (0..<16).filter { Signature(base64: stem + [alphabet[index + $0]] + "==") != nil }
    #expect(readable == [0])
    #expect(Signature(base64: canonical) == signature)
  }

  @Test(
    "other alphabets, missing padding and anything between the characters are refused",
    arguments: [
      "AAECAw", "AAECAw=", "AAECAw==\n", " AAECAw==", "AAEC\nAw==", "AAEC-_==", "AAECAw===", "", "AAECAw==AAEC",
    ])
  func refuses(text: String) {
    #expect(CanonicalBase64.decode(text, count: 4) == nil)
  }

  @Test("every length is read back", arguments: 1...9)
  func roundTrip(count: Int) {
    let bytes = (0..<count).map { UInt8(251 - $0) }
    #expect(CanonicalBase64.decode(CanonicalBase64.encode(bytes), count: count) == bytes)
  }
}
