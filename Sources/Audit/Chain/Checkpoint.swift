import Guard

/// A signed statement about one link of the chain: "the record with this number has this hash".
package struct Checkpoint: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// The chain begins behind this number. Its hash is the first link's predecessor, and no record's.
    case begin
    /// One link in `Chain.interval`.
    case regular
    /// The records up to this one were removed, because they were old enough.
    case pruned
    /// The last link.
    case head
  }

  package let kind: Kind
  /// Chance, made with the database.
  package let database: [UInt8]
  package let seq: Int64
  package let hash: Digest
  /// Microseconds since 1970.
  package let timestamp: Int64
  package let key: VerifyingKey
  package let signature: Signature

  /// Whether the key signed just this.
  package var isSigned: Bool {
    Self.message(kind, database, seq, hash, timestamp).withUnsafeBytes { key.verifies(signature, over: $0) }
  }

  init(
    kind: Kind, database: [UInt8], seq: Int64, hash: Digest, timestamp: Int64, key: VerifyingKey, signature: Signature
  ) {
    self.kind = kind
    self.database = database
    self.seq = seq
    self.hash = hash
    self.timestamp = timestamp
    self.key = key
    self.signature = signature
  }

  /// Signs a statement. Nil only when libsodium fails, which it does for no input.
  init?(_ kind: Kind, database: [UInt8], seq: Int64, hash: Digest, timestamp: Int64, by key: SigningKey) {
    let message = Self.message(kind, database, seq, hash, timestamp)
    guard let signature = message.withUnsafeBytes({ key.signature(over: $0) }) else { return nil }
    self.init(
      kind: kind, database: database, seq: seq, hash: hash, timestamp: timestamp, key: key.verifyingKey,
      signature: signature)
  }

  private static func message(
    _ kind: Kind, _ database: [UInt8], _ seq: Int64, _ hash: Digest, _ timestamp: Int64
  ) -> [UInt8] {
    var encoding = ChainEncoding()
    encoding.add("oktsec checkpoint 1")
    encoding.add(kind.rawValue)
    encoding.add(database)
    encoding.add(seq)
    encoding.add(hash.bytes)
    encoding.add(timestamp)
    return encoding.bytes
  }
}

extension Checkpoint.Kind: StoredCode {
  var code: Int64 {
    switch self {
    case .begin: 0
    case .regular: 1
    case .pruned: 2
    case .head: 3
    }
  }
}

extension Checkpoint {
  /// One line to keep elsewhere: seven words with a space between them.
  ///
  /// `oktsec-checkpoint-1 DATABASE NUMBER HASH TIME PUBLIC-KEY SIGNATURE`; the first and the hash in hexadecimal digits, the
  /// time in microseconds since 1970, key and signature in base64.
  package var line: String {
    let words = [
      Self.lineName, Self.hexadecimal(database), String(seq), hash.hex, String(timestamp),
      CanonicalBase64.encode(key.bytes), signature.base64,
    ]
    return words.joined(separator: " ")
  }

  /// Reads such a line. Nil when it is none; whether the signature holds is `isSigned`.
  package init?(line: String) {
    let words = line.split(separator: " ")
    guard words.count == 7, words[0] == Self.lineName, let database = Self.bytes(words[1], count: 16),
      let seq = Int64(words[2]), let digest = Self.bytes(words[3], count: 32), let hash = Digest(bytes: digest),
      let timestamp = Int64(words[4]), let point = CanonicalBase64.decode(words[5], count: VerifyingKey.byteCount),
      let key = VerifyingKey(point), let signature = Signature(base64: words[6])
    else { return nil }
    self.init(
      kind: .head, database: database, seq: seq, hash: hash, timestamp: timestamp, key: key, signature: signature)
  }

  private static let lineName = "oktsec-checkpoint-1"

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func bytes(_ digits: Substring, count: Int) -> [UInt8]? {
    let values = digits.utf8.map { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    guard values.count == 2 * count else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[index], let low = values[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
