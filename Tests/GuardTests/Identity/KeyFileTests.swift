import Testing

@testable import Guard

@Suite struct KeyFileTests {
  static let body = String(repeating: "A", count: 43) + "="

  private func readPublic(_ text: String) throws -> VerifyingKey {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { try KeyFile.publicKey($0) }
  }

  private func readPrivate(_ text: String) throws -> SigningKey {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { try KeyFile.privateKey($0) }
  }

  private func privateText(_ key: SigningKey) throws -> String {
    try KeyFile.withText(of: key) { String(decoding: $0, as: UTF8.self) }
  }

  private func publicText(_ key: SigningKey) -> String {
    String(decoding: KeyFile.text(of: key.verifyingKey), as: UTF8.self)
  }

  private func block(_ label: String, _ bytes: [UInt8]) -> String {
    "-----BEGIN \(label)-----\n\(CanonicalBase64.encode(bytes))\n-----END \(label)-----\n"
  }

  @Test("a private key's file holds seed and public key in lines of 64 characters")
  func privateForm() throws {
    let seed = bytes(hex: SigningTests.vectors[0].seed)
    let key = try signingKey(seed: seed)
    let encoded = CanonicalBase64.encode(seed + key.verifyingKey.bytes)
    #expect(
      try privateText(key)
        == "-----BEGIN OKTSEC ED25519 PRIVATE KEY-----\n\(encoded.prefix(64))\n\(encoded.dropFirst(64))\n"
        + "-----END OKTSEC ED25519 PRIVATE KEY-----\n")
    #expect(
      publicText(key)
        == "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(CanonicalBase64.encode(key.verifyingKey.bytes))\n"
        + "-----END OKTSEC ED25519 PUBLIC KEY-----\n")
  }

  @Test("both files are read back, with either line ending, wrapped at any width")
  func roundTrip() throws {
    let key = try #require(SigningKey.generate())
    let payload = Array("x".utf8)
    for text in [try privateText(key), try privateText(key).replacing("\n", with: "\r\n")] {
      let read = try readPrivate(text)
      #expect(read.verifyingKey == key.verifyingKey)
      #expect(
        payload.withUnsafeBytes { read.signature(over: $0) } == payload.withUnsafeBytes { key.signature(over: $0) })
    }
    let encoded = CanonicalBase64.encode(key.verifyingKey.bytes)
    let wrapped = "\n\(encoded.prefix(10))\n\(encoded.dropFirst(10))  \n"
    #expect(
      try readPublic("-----BEGIN \(KeyFile.publicLabel)-----" + wrapped + "-----END \(KeyFile.publicLabel)-----")
        == key.verifyingKey)
  }

  @Test("a key of another type is named")
  func wrongType() throws {
    let key = try signingKey(1)
    let (secret, open) = (try privateText(key), publicText(key))
    #expect(throws: KeyFileError.wrongType(found: KeyFile.privateLabel)) { try readPublic(secret) }
    #expect(throws: KeyFileError.wrongType(found: KeyFile.publicLabel)) { try readPrivate(open) }
    #expect(throws: KeyFileError.wrongType(found: "PRIVATE KEY")) {
      try readPrivate(block("PRIVATE KEY", [UInt8](repeating: 1, count: 48)))
    }
  }

  @Test("a body of another length is named with both lengths", arguments: [1, 31, 33, 64])
  func wrongLength(count: Int) {
    #expect(throws: KeyFileError.wrongLength(found: count, expected: 32)) {
      try readPublic(block(KeyFile.publicLabel, [UInt8](repeating: 1, count: count)))
    }
  }

  @Test("a seed alone, and halves that do not belong together, are refused")
  func halves() throws {
    let seed = [UInt8](repeating: 1, count: 32)
    #expect(throws: KeyFileError.wrongLength(found: 32, expected: 64)) {
      try readPrivate(block(KeyFile.privateLabel, seed))
    }
    let foreign = try signingKey(2).verifyingKey.bytes
    #expect(throws: KeyFileError.halvesDiffer) { try readPrivate(block(KeyFile.privateLabel, seed + foreign)) }
  }

  @Test("a public key with which anyone could sign is refused")
  func weakPoint() {
    #expect(throws: KeyFileError.notAPoint) {
      try readPublic(block(KeyFile.publicLabel, [1] + [UInt8](repeating: 0, count: 31)))
    }
  }

  @Test(
    "texts around the block, two blocks, headers, cut files and other base64 are refused",
    arguments: [
      ("", KeyFileError.notPEM),
      (
        "key\n" + "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(body)\n-----END OKTSEC ED25519 PUBLIC KEY-----", .notPEM
      ),
      ("-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(body)\n", .notPEM),
      ("-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(body)\n-----END OKTSEC ED25519 PRIVATE KEY-----\n", .notPEM),
      (
        "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(body)\n-----END OKTSEC ED25519 PUBLIC KEY-----\nmore",
        .moreThanOneBlock
      ),
      ("-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n-----END OKTSEC ED25519 PUBLIC KEY-----\n", .badBase64),
      (
        "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\nA: b\n\n\(body)\n-----END OKTSEC ED25519 PUBLIC KEY-----\n",
        .badBase64
      ),
      (
        "-----BEGIN OKTSEC ED25519 PUBLIC KEY-----\n\(String(repeating: "A", count: 42))B=\n"
          + "-----END OKTSEC ED25519 PUBLIC KEY-----\n", .badBase64
      ),
      (String(repeating: "\n", count: 4097), .tooLong),
    ])
  func refuses(text: String, error: KeyFileError) {
    #expect(throws: error) { try readPublic(text) }
  }

  @Test("no byte string makes the reader trap")
  func survivesNoise() throws {
    var generator = SystemRandomNumberGenerator()
    let valid = Array(try privateText(try signingKey(1)).utf8)
    for _ in 0..<20_000 {
      var text = valid
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: text[Int.random(in: 0..<text.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.remove(at: Int.random(in: 0..<text.count, using: &generator))
        default: text.removeLast(Int.random(in: 0..<text.count, using: &generator))
        }
        if text.isEmpty { break }
      }
      let key = try? text.withUnsafeBytes { try KeyFile.privateKey($0) }
      if let key { #expect(key.verifyingKey == (try signingKey(1)).verifyingKey) }
    }
  }
}
