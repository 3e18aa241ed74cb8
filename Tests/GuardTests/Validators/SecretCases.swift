import Testing

@testable import Guard

enum SecretCases {
  static let all = [awsKeyID, basicCredentials, entropy, github, npm, jwt, placeholder, pem]

  static let awsKeyID = ValidatorCases(
    name: "aws_key_id",
    accepted: [
      AWSKeyIDs.id(account: 123_412_341_234), "aws_access_key_id = \(AWSKeyIDs.id(account: 210_987_654_321)), region",
      AWSKeyIDs.id("ASIA", account: 999_999_999_999),
    ],
    refused: [
      AWSKeyIDs.id(account: 1_000_000_000_000), AWSKeyIDs.id("AROA", account: 123_412_341_234),
      AWSKeyIDs.id(account: 123_412_341_234).lowercased(), AWSKeyIDs.id(account: 123_412_341_234) + "A",
      "AKIAIOSFODNN7EXAMPLE", "AKIAAAAAAAAAAAAAAAAA", "AKIA1890189018901890",
    ])

  static let entropy = ValidatorCases(
    name: "entropy",
    accepted: [
      "api_key = 'q8Zt3LmX0vR5sYbN7wKd'", "vR8!kd02#Lmq7", "token: hX2/9sQe+Lk0Vb7Tz1Rw==", "k3y=9fQ2xL7mW4zT8vB1",
      "wJb7Qx0pKz4mLr8t",
    ],
    refused: [
      "api_key = 'production-database-password'", "loadTokenFromTheVaultNow", "getUserV2FromCache", "hunter2",
      "3f786850e387550fdab836ed7e6dc881de23001b", "123e4567-e89b-12d3-a456-426614174000", "aaaaaaaaaaaaaaaaaaaa",
      "your-api-key-1a2b3c4d", "src/app/users_v2/index2.html", "1234567890123456", "${DATABASE_PASSWORD}",
      "kubernetes.default.svc",
    ])

  static let github = ValidatorCases(
    name: "github_crc32",
    accepted: [
      Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe"),
      "Authorization: token \(Checksummed.token("gho_", "000000000000000000000000000001"))",
      "x-access-token-\(Checksummed.token("ghs_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5"))@",
      "github_pat_" + "11ABCDEFG0q8Zt3LmX0vR5_sYbN7wKdH2cJ6fPaGe1i4oUxT9yBnMkLjHgFdSaQwErTyUiOpZxCvBnMq8Z",
    ],
    refused: [
      "ghp_" + "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe123456",
      Checksummed.token("ghx_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe"),
      Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe") + "0",
      String(Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe").dropLast()),
      "github_pat_" + String(repeating: "a", count: 22) + "_" + String(repeating: "a", count: 59),
    ])

  static let npm = ValidatorCases(
    name: "npm_crc32",
    accepted: [
      Checksummed.token("npm_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe"),
      "_authToken=\(Checksummed.token("npm_", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzz9"))",
    ],
    refused: [
      "npm_" + "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe123456", Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe"),
      "npm_config_registry", "npm_lifecycle_event_of_a_very_long_name_here",
    ])

  static let basicCredentials = ValidatorCases(
    name: "basic_credentials",
    accepted: [
      // mira:Zk39dLw0Qp7 and x:8!tR#2vLq
      "Authorization: Basic bWlyYTpaazM5ZEx3MFFwNw==", "Basic eDo4IXRSIzJ2THE",
    ],
    refused: [
      // user:password, Aladdin:open sesame, mira:abc, mira, mira:your-key-here, and bytes that are no text
      "Basic dXNlcjpwYXNzd29yZA==", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic bWlyYTphYmM=", "Basic bWlyYQ==",
      "Basic bWlyYTp5b3VyLWtleS1oZXJl", "Basic AAECAwQFBgcICTo6Ojo6Ojo=", "Basic ", "",
    ])

  static let jwt = ValidatorCases(
    name: "jwt",
    accepted: [
      JSONWebTokens.token(header: #"{"alg":"HS256","typ":"JWT"}"#, payload: #"{"sub":"42","admin":true}"#),
      "Bearer \(JSONWebTokens.token(header: #"{"typ":"JWT","alg":"none"}"#, payload: #"{"sub":"42"}"#)), next",
      JSONWebTokens.token(header: #"{"alg":"RSA-OAEP","enc":"A256GCM"}"#, payload: "encrypted key") + ".aXY.dGFn",
    ],
    refused: [
      JSONWebTokens.token(header: #"{"typ":"JWT","kid":"1"}"#, payload: #"{"sub":"42"}"#),
      JSONWebTokens.token(header: #"{"alg":"HS256"}"#, payload: "not an object"),
      JSONWebTokens.token(header: #"["alg","HS256"]"#, payload: #"{"sub":"42"}"#),
      "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi", "eyJ.eyJ.eyJ",
      "eyJhbGciOiJIUzI1NiJ9 . eyJzdWIiOiI0MiJ9 . x",
    ])

  static let placeholder = ValidatorCases(
    name: "not_placeholder",
    accepted: ["q8Zt3LmX0vR5", "password = 'correct horse'", "a[0]", "1 < 2", "100%", "3..5", "$5 a month"],
    refused: [
      "xxxxxxxx", "password=changeme", "<your token>", "token: <API_TOKEN>", "${TOKEN}", "{{ token }}", "$(cat token)",
      "key=$TOKEN", "%TOKEN%", "sk-...", "12345678", "abcdefgh", "********", "000000000", "my-secret", "EXAMPLEKEY",
      "[token]", "deadbeefcafe", "87654321",
    ])

  static let pem = ValidatorCases(
    name: "pem",
    accepted: [
      PEMs.begin + "\n" + PEMs.body, PEMs.begin + #"\n"# + PEMs.body, "key: |\n  \(PEMs.begin)\n    \(PEMs.body)",
      PEMs.begin + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233\n\n" + PEMs.body,
      "'\(PEMs.begin)' +\n'" + PEMs.body + "'",
    ],
    refused: [
      PEMs.begin, PEMs.begin + "\n...\n" + PEMs.end, PEMs.begin + "\n" + String(repeating: "x", count: 60),
      PEMs.begin + "\n" + PEMs.body.prefix(30), "the line " + PEMs.begin + " starts a key", PEMs.body,
    ])
}

@Suite struct SecretValidatorTests {
  @Test("the checksum is the one of zlib")
  func checksum() {
    #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
  }

  @Test("one changed character anywhere breaks a checksummed token")
  func changes() throws {
    let token = Array(Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe").utf8)
    for index in token.indices.dropFirst(4) {
      var changed = token
      changed[index] = token[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
      #expect(try !accepts("github_crc32", String(decoding: changed, as: UTF8.self)), "at \(index)")
    }
  }

  @Test("a token is read whole, even when the expression matched only its beginning")
  func surroundings() throws {
    let token = Checksummed.token("ghp_", "q8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe")
    #expect(try accepts("github_crc32", "a \(token) b", match: "ghp_q8Zt"))
    #expect(try accepts("aws_key_id", "id \(AWSKeyIDs.id(account: 551_902_377_418)).", match: "AKIA"))
    let key = "a\n" + PEMs.begin + "\n" + PEMs.body
    #expect(try accepts("pem", key, match: PEMs.begin))
  }

  @Test("random tokens of every alphabet pass for random, words joined at random do not")
  func randomTokens() throws {
    var random = RandomText(seed: 5)
    let alphabets = [
      "abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ]
    let words = ["user", "token", "load", "from", "vault", "cache", "default", "session", "http", "request", "name"]
    var missed = 0
    var wrong = 0
    for _ in 0..<500 {
      let alphabet = Array(alphabets[random.below(2)])
      let token = String((0..<24 + random.below(20)).map { _ in alphabet[random.below(alphabet.count)] })
      if try !accepts("entropy", token) { missed += 1 }
      let parts = (0..<2 + random.below(4)).map { _ in words[random.below(words.count)] }
      let joined = parts.joined(separator: ["_", "-", ".", "/", ""][random.below(5)])
      if try accepts("entropy", joined) { wrong += 1 }
      if try accepts("entropy", parts.map(\.capitalizedWord).joined()) { wrong += 1 }
    }
    #expect(missed <= 15, "\(missed) of 500")
    #expect(wrong == 0)
  }
}

extension String {
  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

/// Ids that encode an account number, as they are issued since 2019: base32 of 10 bytes, the account in bits 1 to 40.
private enum AWSKeyIDs {
  static func id(_ prefix: String = "AKIA", account: UInt64) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    // One leading bit, 40 of the account, 39 that distinguish keys.
    let high = account << 9 | 0x1A5
    var text = prefix
    for position in (0..<10).reversed() { text.append(alphabet[Int(high >> (5 * UInt64(position)) & 31)]) }
    return text + "QX4M7C"
  }
}

private enum Checksummed {
  /// A token whose last six characters are the base62 of the CRC-32 of the 30 before.
  static func token(_ prefix: String, _ random: String) -> String {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    var rest = Int(CRC32.checksum(random.utf8))
    var digits = ""
    for _ in 0..<6 {
      digits = String(alphabet[rest % 62]) + digits
      rest /= 62
    }
    return prefix + random + digits
  }
}

private enum JSONWebTokens {
  static func token(header: String, payload: String) -> String {
    [header, payload, "made-up signature"].map(base64).joined(separator: ".")
  }

  private static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var bits = 0
    var count = 0
    var result = ""
    for byte in text.utf8 {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 6 {
        count -= 6
        result.append(alphabet[bits >> count & 63])
      }
      bits &= 63
    }
    if count > 0 { result.append(alphabet[bits << (6 - count) & 63]) }
    return result
  }
}

private enum PEMs {
  static let begin = "-----BEGIN " + "PRIVATE KEY-----"
  static let end = "-----END " + "PRIVATE KEY-----"
  static let body = "MIIBmadeUpKeyq8Zt3LmX0vR5sYbN7wKdH2cJ6fPaGe1i4oUxT9yBn"
}
