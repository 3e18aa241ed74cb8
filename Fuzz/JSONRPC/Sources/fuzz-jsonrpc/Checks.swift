import JSONRPC

/// What holds for every input. Each check answers nil, or what it found.
struct Checks {
  // MARK: Any bytes

  /// Chunks change nothing, and no byte is lost but blank lines.
  func stream(_ text: [UInt8], chunks: [[UInt8]], limit: Int) -> String? {
    let whole = DecodedStream([text], limit: limit)
    if whole.isOutOfStep { return "the decoder is out of step, limit \(limit)" }
    if DecodedStream(chunks, limit: limit) != whole { return "other frames in other chunks, limit \(limit)" }
    var handedOut = 0
    for item in whole.items {
      switch item {
      case .frame(let frame):
        handedOut += frame.bytes.count
        if frame.contentLength > limit { return "a frame over the limit \(limit)" }
      case .oversized(let bytes): handedOut += bytes.count
      }
    }
    let blank = text.split(separator: 0x0A, omittingEmptySubsequences: false)
      .filter { $0.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }.reduce(0) { $0 + $1.count + 1 }
    return handedOut <= text.count && handedOut + blank + 1 >= text.count ? nil : "bytes were lost, limit \(limit)"
  }

  func repair(_ text: [UInt8]) -> String? {
    let model = Array(String(decoding: text, as: UTF8.self).utf8)
    return text.withUnsafeBytes { raw in
      if UTF8Repair.repaired(raw) != model { return "repaired otherwise than the standard library" }
      return UTF8Repair.isValid(raw) == (model == text) ? nil : "validity and repair disagree"
    }
  }

  func envelope(_ text: [UInt8], chunks: [[UInt8]]) -> String? {
    let (whole, pieces) = (scanEnvelope([text]), scanEnvelope(chunks))
    guard whole.id == pieces.id, whole.hasMethod == pieces.hasMethod, whole.hasAnswer == pieces.hasAnswer else {
      return "the envelope depends on the chunks"
    }
    if let literal = whole.id?.literal, scan(Array(literal.utf8)) == nil { return "an id that is not JSON: \(literal)" }
    return nil
  }

  /// Bytes that are not UTF-8 are not for the scanner, but they must not stop the process either.
  func scanBytes(_ text: [UInt8]) -> String? {
    text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = RecordingSink()
      guard (try? scanner.scan(raw, sink: &sink)) != nil else { return nil }
      for case .string(let string) in sink.events { _ = string.value(in: raw) }
      return nil
    }
  }

  // MARK: UTF-8

  /// The tree writes itself so that it is read back; a used scanner answers like a new one.
  func values(_ text: [UInt8]) -> String? {
    text.withUnsafeBytes { raw in
      let seen = scan(text)
      var used = JSONScanner()
      var sink = DiscardingSink()
      _ = try? used.scan(raw, in: 0..<(raw.count / 2), sink: &sink)
      if (try? used.scan(raw, sink: &sink)) != seen { return "a used scanner answers otherwise" }
      guard let value = try? JSONValue(parsing: raw) else {
        return seen.map { $0.duplicateMember } ?? true ? nil : "the scanner accepts, the tree refuses"
      }
      guard let seen, !seen.duplicateMember else { return "the tree accepts, the scanner does not" }
      guard let again = try? JSONValue(parsing: value.text) else { return "what the tree writes is not JSON" }
      return again == value ? nil : "what the tree writes is another value"
    }
  }

  /// Spans stand in order, inside the text, and each value is JSON by itself.
  func spans(_ text: [UInt8]) -> String? {
    text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = RecordingSink()
      guard (try? scanner.scan(raw, sink: &sink)) != nil else { return nil }
      var open: [Int] = []
      var position = 0
      var values: [Range<Int>] = []
      for event in sink.events {
        let range: Range<Int>
        switch event {
        case .beginObject(let offset), .beginArray(let offset):
          open.append(offset)
          range = offset..<(offset + 1)
        case .endObject(let end), .endArray(let end):
          guard let begin = open.popLast() else { return "an end without a beginning" }
          values.append(begin..<end)
          range = (end - 1)..<end
        case .name(let string): range = (string.start - 1)..<(string.end + 1)
        case .string(let string):
          range = (string.start - 1)..<(string.end + 1)
          values.append(range)
        case .scalar(_, let span):
          range = span
          values.append(span)
        }
        guard range.lowerBound >= position, range.upperBound <= text.count else { return "a span out of order" }
        position = range.upperBound
      }
      // All of a deep text would be quadratic.
      for value in values.suffix(20) {
        var inner = DiscardingSink()
        guard (try? scanner.scan(raw, in: value, sink: &inner)) != nil else { return "a value that is not JSON alone" }
      }
      return open.isEmpty ? nil : "a beginning without an end"
    }
  }

  func pointers(_ text: [UInt8], offset: Int) -> String? {
    let pointer = text.withUnsafeBytes { JSONPointer.locating(offset, in: $0) }
    if pointer.utf8.count > 515 { return "a pointer of \(pointer.utf8.count) bytes" }
    return pointer.isEmpty || pointer.utf8.first == UInt8(ascii: "/") ? nil : "a pointer that begins otherwise"
  }

  /// Decoder against scanner and envelope scanner.
  func messages(_ text: [UInt8]) -> (problem: String?, messages: [Message]) {
    text.withUnsafeBytes { raw in
      var decoder = MessageDecoder()
      guard let payload = try? decoder.decode(raw) else {
        return (scan(text) == nil ? nil : "JSON, but no payload", [])
      }
      guard let seen = scan(text) else { return ("a payload, but no JSON", []) }
      switch payload {
      case .single(let message):
        let envelope = scanEnvelope([text])
        let agrees =
          envelope.id == message.requestID && envelope.id?.literal == message.requestID?.literal
          && envelope.hasAnswer == (message.result != nil || message.error != nil)
          && (message.method == nil || envelope.hasMethod)
        if !agrees { return ("the envelope scanner disagrees: \(envelope.id?.literal ?? "no id")", []) }
        if message.defects.contains(.duplicateMember) != seen.duplicateMember { return ("duplicates are lost", []) }
        return (check(message, raw), [message])
      case .batch(let messages):
        let duplicates = messages.contains { $0.defects.contains(.duplicateMember) }
        if duplicates != seen.duplicateMember { return ("duplicates are lost in a batch", []) }
        return (messages.lazy.compactMap { check($0, raw) }.first, messages)
      }
    }
  }

  private func check(_ message: Message, _ raw: UnsafeRawBufferPointer) -> String? {
    for range in [message.range, message.params, message.result, message.error].compactMap({ $0 }) {
      guard range.lowerBound >= 0, range.upperBound <= raw.count else { return "a range outside the text" }
      if scan(Array(raw[range])) == nil { return "a part that is not JSON" }
    }
    if let id = message.requestID, scan(Array(id.literal.utf8)) == nil { return "an id that is not JSON" }
    if let method = message.method, method.utf8.count > Message.maximumMethodLength { return "a long method" }
    let isValid = message.kind != .invalid
    return isValid == !message.defects.contains(.notAMessage) ? nil : "kind and defects disagree"
  }

  // MARK: Shorthand

  private func scan(_ text: [UInt8]) -> JSONObservations? {
    text.withUnsafeBytes { raw in
      var scanner = JSONScanner()
      var sink = DiscardingSink()
      return try? scanner.scan(raw, sink: &sink)
    }
  }

  private func scanEnvelope(_ pieces: [[UInt8]]) -> EnvelopeScanner {
    var scanner = EnvelopeScanner()
    for piece in pieces { scanner.append(piece) }
    return scanner
  }
}
