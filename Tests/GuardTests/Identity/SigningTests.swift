import Testing

@testable import Guard

@Suite struct SigningTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let seed, key, message, signature: String
    var testDescription: String { name }
  }

  /// RFC 8032, section 7.1.
  static let vectors = [
    Vector(
      name: "TEST 1", seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
      signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    Vector(
      name: "TEST 2", seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
      signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    Vector(
      name: "TEST 3", seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
      signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
  ]

  @Test("keys and signatures are those of RFC 8032", arguments: vectors)
  func knownAnswers(vector: Vector) throws {
    let key = try signingKey(seed: bytes(hex: vector.seed))
    #expect(key.verifyingKey.bytes == bytes(hex: vector.key))
    let message = bytes(hex: vector.message)
    let signature = try #require(message.withUnsafeBytes { key.signature(over: $0) })
    #expect(signature.bytes == bytes(hex: vector.signature))
    #expect(message.withUnsafeBytes { key.verifyingKey.verifies(signature, over: $0) })
  }

  @Test("a signature holds for its own bytes and key only")
  func bindsBytesAndKey() throws {
    let key = try signingKey(1)
    let other = try signingKey(2)
    let message = Array("content".utf8)
    let signature = try #require(message.withUnsafeBytes { key.signature(over: $0) })
    #expect(!message.withUnsafeBytes { other.verifyingKey.verifies(signature, over: $0) })
    for index in message.indices {
      var changed = message
      changed[index] ^= 1
      #expect(!changed.withUnsafeBytes { key.verifyingKey.verifies(signature, over: $0) })
    }
    for index in [0, 31, 32, 63] {
      var changed = signature.bytes
      changed[index] ^= 1
      let forged = try #require(Signature(changed))
      #expect(!message.withUnsafeBytes { key.verifyingKey.verifies(forged, over: $0) })
    }
  }

  @Test("a scalar with the group order added is no second spelling of a signature")
  func refusesUnreducedScalar() throws {
    let key = try signingKey(1)
    let message = Array("content".utf8)
    let signature = try #require(message.withUnsafeBytes { key.signature(over: $0) })
    // The order of the group, 2^252 + 27742317777372353535851937790883648493, little endian.
    let order = bytes(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var changed = signature.bytes
    var carry = 0
    for index in 0..<32 {
      let sum = Int(changed[32 + index]) + Int(order[index]) + carry
      changed[32 + index] = UInt8(sum & 0xFF)
      carry = sum >> 8
    }
    #expect(carry == 0)
    let malleated = try #require(Signature(changed))
    #expect(!message.withUnsafeBytes { key.verifyingKey.verifies(malleated, over: $0) })
  }

  @Test(
    "points with which anyone could sign, and bytes that are no point, are no keys",
    arguments: [
      // The neutral element, a point of order 2, the two of order 4 and 8 with small encodings, and one above the prime.
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0200000000000000000000000000000000000000000000000000000000000000",
    ])
  func refusesWeakPoints(hex: String) {
    #expect(VerifyingKey(bytes(hex: hex)) == nil)
  }

  @Test("generated keys differ, and each signs")
  func generates() throws {
    let first = try #require(SigningKey.generate())
    let second = try #require(SigningKey.generate())
    #expect(first.verifyingKey != second.verifyingKey)
    let message = [UInt8](repeating: 7, count: 100_000)
    let signature = try #require(message.withUnsafeBytes { first.signature(over: $0) })
    #expect(message.withUnsafeBytes { first.verifyingKey.verifies(signature, over: $0) })
  }

  @Test("a key shows its fingerprint and no secret when it is printed")
  func printsNoSecret() throws {
    let key = try signingKey(3)
    var dumped = ""
    dump(key, to: &dumped)
    #expect("\(key)" == "SigningKey(\(key.verifyingKey.fingerprint.short))")
    #expect(!dumped.contains("secret"))
  }

  @Test("a fingerprint is the SHA-256 of the public key in lower-case digits")
  func fingerprint() throws {
    let key = try #require(VerifyingKey(bytes(hex: Self.vectors[0].key)))
    #expect(key.fingerprint.hex == "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9")
    #expect(key.fingerprint.short == "21fe31dfa154a261")
    #expect(Fingerprint(hex: key.fingerprint.hex) == key.fingerprint)
    #expect(Fingerprint(hex: key.fingerprint.hex.uppercased()) == nil)
    #expect(Fingerprint(hex: key.fingerprint.short) == nil)
  }
}
