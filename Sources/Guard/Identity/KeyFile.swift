/// The two file formats of keys: one PEM block (RFC 7468) each, and nothing else in the file.
///
/// Bytes in, keys out; who reads and writes the files is elsewhere.
package enum KeyFile {
  package static let privateLabel = "OKTSEC ED25519 PRIVATE KEY"
  package static let publicLabel = "OKTSEC ED25519 PUBLIC KEY"

  /// No key file is longer, in bytes.
  package static let maximumLength = 4096

  /// Reads a private key: 32 bytes of seed, then the 32 bytes of its public key.
  ///
  /// Keeps no copy of the secret outside wiped memory. The caller wipes `text`.
  package static func privateKey(_ text: UnsafeRawBufferPointer) throws(KeyFileError) -> SigningKey {
    let bytes = try decode(text, label: privateLabel, count: SigningKey.byteCount)
    guard let key = bytes.withBytes({ SigningKey(seedAndPublicKey: $0) }) else { throw .halvesDiffer }
    return key
  }

  /// Reads a private key through memory that is wiped afterwards.
  ///
  /// - Parameter fill: writes the file's bytes into the buffer, which takes one byte more than a key file may have, and
  ///   returns their number; nil to give up.
  /// - Returns: nil when `fill` gave up.
  package static func privateKey(
    filling fill: (UnsafeMutableRawBufferPointer) -> Int?
  ) throws(KeyFileError) -> SigningKey? {
    var filled: Int?
    let text = SecretBytes(count: maximumLength + 1) { buffer in
      filled = fill(buffer)
      return true
    }
    guard let text else { throw .unavailable }
    guard let filled else { return nil }
    return try text.withBytes { (bytes) throws(KeyFileError) in
      try privateKey(UnsafeRawBufferPointer(rebasing: bytes[..<min(filled, bytes.count)]))
    }
  }

  /// Reads a public key of 32 bytes.
  package static func publicKey(_ text: UnsafeRawBufferPointer) throws(KeyFileError) -> VerifyingKey {
    let bytes = try decode(text, label: publicLabel, count: VerifyingKey.byteCount)
    guard let key = bytes.withBytes({ VerifyingKey(Array($0)) }) else { throw .notAPoint }
    return key
  }

  package static func publicKey(_ text: [UInt8]) throws(KeyFileError) -> VerifyingKey {
    try text.withUnsafeBytes { text -> Result<VerifyingKey, KeyFileError> in
      Result { () throws(KeyFileError) in try publicKey(text) }
    }.get()
  }

  package static func text(of key: VerifyingKey) -> [UInt8] {
    var text = Array(publicFrame.begin.utf8)
    text.append(contentsOf: CanonicalBase64.encode(key.bytes).utf8)
    text.append(contentsOf: publicFrame.end.utf8)
    return text
  }

  /// Hands the text of a private key to `body`, and wipes it afterwards.
  ///
  /// - Throws: `unavailable` without memory, and what `body` throws.
  package static func withText<Result>(
    of key: SigningKey, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let (begin, end) = (Array(privateFrame.begin.utf8), Array(privateFrame.end.utf8))
    let length = CanonicalBase64.encodedCount(SigningKey.byteCount)
    // One line of 64 characters and one with the rest. libsodium needs a byte for the zero behind its text.
    let line = SecretBytes(count: length + 1) { line in
      key.secret.withBytes { CanonicalBase64.encode($0, into: line) }
      return true
    }
    let count = begin.count + length + 1 + end.count
    let text = SecretBytes(count: count) { text in
      guard let line else { return false }
      text.copyBytes(from: begin)
      line.withBytes { line in
        let first = UnsafeMutableRawBufferPointer(rebasing: text[begin.count...])
        first.copyMemory(from: UnsafeRawBufferPointer(rebasing: line[..<lineLength]))
        first[lineLength] = 0x0A
        UnsafeMutableRawBufferPointer(rebasing: first[(lineLength + 1)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: line[lineLength..<length]))
      }
      UnsafeMutableRawBufferPointer(rebasing: text[(count - end.count)...]).copyBytes(from: end)
      return true
    }
    guard let text else { throw KeyFileError.unavailable }
    return try text.withBytes { text in try body(text) }
  }

  private static let lineLength = 64
  private static let privateFrame = frame(privateLabel)
  private static let publicFrame = frame(publicLabel)

  private static func frame(_ label: String) -> (begin: String, end: String) {
    ("-----BEGIN \(label)-----\n", "\n-----END \(label)-----\n")
  }

  // MARK: Reading

  /// Finds the one block, and decodes its body into memory that is wiped.
  private static func decode(
    _ text: UnsafeRawBufferPointer, label: String, count: Int
  ) throws(KeyFileError) -> SecretBytes {
    guard text.count <= maximumLength else { throw .tooLong }
    var lines = Lines(text: text)
    guard let first = lines.nextFilled(), let found = boundary(first, "BEGIN", in: text) else { throw .notPEM }
    guard found == label else { throw .wrongType(found: found) }
    var body: [Range<Int>] = []
    var isClosed = false
    while let line = lines.next() {
      if let end = boundary(line, "END", in: text) {
        guard end == label else { throw .notPEM }
        isClosed = true
        break
      }
      body.append(line)
    }
    guard isClosed else { throw .notPEM }
    guard lines.nextFilled() == nil else { throw .moreThanOneBlock }
    return try decode(body, of: text, count: count)
  }

  private static func decode(
    _ lines: [Range<Int>], of text: UnsafeRawBufferPointer, count: Int
  ) throws(KeyFileError) -> SecretBytes {
    let length = lines.reduce(0) { $0 + $1.count }
    // Said by length when it is base64 of another length, which a person can act on.
    guard length > 0, length % 4 == 0 else { throw .badBase64 }
    let joined = SecretBytes(count: length) { joined in
      var filled = 0
      for line in lines {
        UnsafeMutableRawBufferPointer(rebasing: joined[filled...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: text[line]))
        filled += line.count
      }
      return true
    }
    guard let joined else { throw .unavailable }
    let padding = joined.withBytes { $0.suffix(2).count { $0 == UInt8(ascii: "=") } }
    let found = length / 4 * 3 - padding
    var isBase64 = true
    let decoded = SecretBytes(count: found) { bytes in
      isBase64 = joined.withBytes { CanonicalBase64.decode($0, into: bytes) }
      return isBase64
    }
    guard isBase64 else { throw .badBase64 }
    guard let decoded else { throw .unavailable }
    guard found == count else { throw .wrongLength(found: found, expected: count) }
    return decoded
  }

  /// The label of `-----BEGIN label-----` or of the END line. Nil when the line is no such line.
  private static func boundary(_ line: Range<Int>, _ word: String, in text: UnsafeRawBufferPointer) -> String? {
    let start = Array("-----\(word) ".utf8)
    let end = Array("-----".utf8)
    let bytes = text[line]
    guard bytes.count >= start.count + end.count, bytes.count <= 128, bytes.starts(with: start),
      bytes.suffix(end.count).elementsEqual(end)
    else { return nil }
    let label = bytes.dropFirst(start.count).dropLast(end.count)
    guard label.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
    return String(decoding: label, as: UTF8.self)
  }

  /// Lines without their ends (LF or CRLF) and without blanks behind.
  private struct Lines {
    let text: UnsafeRawBufferPointer
    var index = 0

    mutating func next() -> Range<Int>? {
      guard index < text.count else { return nil }
      let start = index
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      index = end + 1
      while end > start, [0x0D, 0x20, 0x09].contains(text[end - 1]) { end -= 1 }
      return start..<end
    }

    mutating func nextFilled() -> Range<Int>? {
      while let line = next() {
        if !line.isEmpty { return line }
      }
      return nil
    }
  }
}

/// Why a text is not the key that it should be.
package enum KeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooLong
  case notPEM
  case moreThanOneBlock
  case wrongType(found: String)
  case badBase64
  case wrongLength(found: Int, expected: Int)
  case halvesDiffer
  case notAPoint
  case unavailable

  package var description: String {
    switch self {
    case .tooLong: "longer than \(KeyFile.maximumLength) bytes, so no key"
    case .notPEM: "not one whole PEM block"
    case .moreThanOneBlock: "more in the file than one PEM block"
    case .wrongType(let found): "a PEM block of another type: \(found)"
    case .badBase64: "the body is not canonical base64"
    case .wrongLength(let found, let expected): "\(found) bytes of key instead of \(expected)"
    case .halvesDiffer: "the public half does not belong to the seed"
    case .notAPoint: "not a usable Ed25519 public key"
    case .unavailable: "no memory for a key"
    }
  }
}
