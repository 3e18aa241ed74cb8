import Guard

extension IncomingMessage {
  /// What the signature must be over.
  func signedPayload(_ timestamp: String) -> SignedPayload? {
    // The content was checked to be UTF-8, so that decoding changes no byte.
    try? SignedPayload(
      from: from.description, to: to.description, content: String(decoding: content, as: UTF8.self),
      timestamp: timestamp)
  }

  /// What makes two messages with one id the same: everything but the signature, which its owner could make anew. Each part
  /// stands behind its length, so that no two messages give the same input.
  func payloadHash(in body: UnsafeRawBufferPointer) -> Digest {
    var hash = SHA256()
    func add(_ bytes: UnsafeRawBufferPointer) {
      withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update($0) }
      hash.update(bytes)
    }
    func add(_ text: String) {
      var text = text
      text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }
    add(from.description)
    add(to.description)
    content.withUnsafeBytes { add($0) }
    add(timestamp ?? "")
    if let metadata { add(UnsafeRawBufferPointer(rebasing: body[metadata])) }
    return hash.finalize()
  }
}
