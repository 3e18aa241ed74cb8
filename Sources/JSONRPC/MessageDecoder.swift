/// Decodes the content of a frame into messages: one validating scan, and for a batch one more per element.
package struct MessageDecoder {
  private var scanner: JSONScanner

  /// Most elements of a batch. A frame of single digits and commas would otherwise take a hundred times its size.
  package static let maximumBatchLength = 10_000

  package init(maximumDepth: Int = 512) {
    scanner = JSONScanner(maximumDepth: maximumDepth)
  }

  /// - Parameter content: valid UTF-8, without the line terminator.
  /// - Throws: when the content is not JSON, or nested too deep, or a batch of more than `maximumBatchLength`
  ///   messages; nothing of such a frame is judged.
  package mutating func decode(_ content: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> Payload {
    var sink = EnvelopeSink(text: content)
    let seen = try scanner.scan(content, sink: &sink)
    guard sink.isBatch else {
      var message = sink.message(range: content.startIndex..<content.endIndex)
      message.defects.formUnion(defects(of: seen))
      return .single(message)
    }
    if sink.elements.count > Self.maximumBatchLength, let first = sink.elements.last {
      throw JSONSyntaxError(.batchTooLong, at: first.lowerBound)
    }
    var messages: [Message] = []
    messages.reserveCapacity(sink.elements.count)
    for element in sink.elements {
      var inner = EnvelopeSink(text: content)
      // The element was valid as part of the whole; scanning it alone cannot fail.
      let seen = try scanner.scan(content, in: element, sink: &inner)
      var message = inner.isBatch ? Message(range: element) : inner.message(range: element)
      if inner.isBatch { message.defects.insert(.notAMessage) }
      message.defects.formUnion(defects(of: seen))
      messages.append(message)
    }
    return .batch(messages)
  }

  private func defects(of seen: JSONObservations) -> MessageDefects {
    var defects: MessageDefects = []
    if seen.duplicateMember { defects.insert(.duplicateMember) }
    if seen.unpairedSurrogate { defects.insert(.unpairedSurrogate) }
    return defects
  }
}

/// Notes the members of the outermost object, or the elements of the outermost array, and skips what is inside.
private struct EnvelopeSink: JSONSink {
  enum Member {
    case id, method, params, result, error, other
  }

  let text: UnsafeRawBufferPointer
  var depth = 0
  var isBatch = false
  var elements: [Range<Int>] = []

  private var isObject = false
  private var member = Member.other
  private var valueStart = 0
  private var id = Message.Identifier.absent
  private var method: JSONString?
  private var hasMethod = false
  private var isName = false
  private var isURI = false
  private var name: JSONString?
  private var uri: JSONString?
  private var params: Range<Int>?
  private var result: Range<Int>?
  private var error: Range<Int>?
  private var disguised = false

  private static let reserved = ReservedNames(["jsonrpc", "id", "method", "params", "result", "error"])

  init(text: UnsafeRawBufferPointer) {
    self.text = text
  }

  func message(range: Range<Int>) -> Message {
    var message = Message(range: range)
    message.id = id
    message.params = params
    message.result = result
    message.error = error
    if disguised { message.defects.insert(.foldedMember) }
    if let subject = name ?? uri {
      message.subject = Self.bounded(subject.value(in: text), to: Message.maximumSubjectLength)
    }
    if let method {
      // The length of what it says, not of its spelling: escapes do not make a name long.
      let name = method.value(in: text)
      if name.utf8.count <= Message.maximumMethodLength {
        message.method = name
      } else {
        message.method = String(name.unicodeScalars.prefix(64))
        message.defects.insert(.methodTooLong)
      }
    }
    classify(&message)
    return message
  }

  private static func bounded(_ text: String, to limit: Int) -> String {
    text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self)
  }

  private func classify(_ message: inout Message) {
    let hasAnswer = result != nil || error != nil
    if hasMethod {
      if hasAnswer { message.defects.insert(.ambiguousKind) }
      if method == nil {
        message.defects.insert(.notAMessage)
        return
      }
      message.kind = id == .absent ? .notification : .request
      if id == .null || id == .unreadable { message.defects.insert(.unreadableID) }
    } else if isObject, hasAnswer {
      message.kind = .response
      if result != nil && error != nil { message.defects.insert(.ambiguousKind) }
      // An error about a message whose id could not be read has none (JSON-RPC 2.0 section 5, MCP 2025-11-25).
      let mayLackID = result == nil
      if id == .unreadable || (!mayLackID && (id == .absent || id == .null)) { message.defects.insert(.unreadableID) }
    } else {
      message.defects.insert(.notAMessage)
    }
  }

  // MARK: JSONSink

  mutating func beginObject(at offset: Int) {
    if depth == 0 { isObject = true }
    if depth == 1 { valueStart = offset }
    depth += 1
  }

  mutating func endObject(at end: Int) {
    depth -= 1
    if depth == 1 { close(valueStart..<end) }
  }

  mutating func beginArray(at offset: Int) {
    if depth == 0 { isBatch = true }
    if depth == 1 { valueStart = offset }
    depth += 1
  }

  mutating func endArray(at end: Int) {
    depth -= 1
    if depth == 1 { close(valueStart..<end) }
  }

  mutating func memberName(_ name: JSONString) {
    if depth == 2, member == .params {
      isName = name.equals("name", in: text)
      isURI = !isName && name.equals("uri", in: text)
      return
    }
    guard depth == 1 else { return }
    member =
      if name.equals("id", in: text) {
        .id
      } else if name.equals("method", in: text) {
        .method
      } else if name.equals("params", in: text) {
        .params
      } else if name.equals("result", in: text) {
        .result
      } else if name.equals("error", in: text) {
        .error
      } else {
        .other
      }
    if member == .other && Self.reserved.isDisguised(name, in: text) { disguised = true }
  }

  mutating func string(_ value: JSONString) {
    if depth == 2, member == .params, !isBatch {
      if isName { name = value }
      if isURI { uri = value }
      return
    }
    guard depth == 1 else { return }
    let range = (value.start - 1)..<(value.end + 1)
    if !isBatch && member == .method { method = value }
    if !isBatch && member == .id {
      id = RequestID.string(value, in: text).map { .readable($0) } ?? .unreadable
      return
    }
    close(range)
  }

  mutating func scalar(_ kind: JSONScalar, _ range: Range<Int>) {
    guard depth == 1 else { return }
    if !isBatch && member == .id {
      switch kind {
      case .null: id = .null
      case .number: id = RequestID.integer(range, in: text).map { .readable($0) } ?? .unreadable
      default: id = .unreadable
      }
      return
    }
    close(range)
  }

  /// A value of the outermost container is complete.
  private mutating func close(_ range: Range<Int>) {
    if isBatch {
      // One more than allowed is enough to tell.
      if elements.count <= MessageDecoder.maximumBatchLength { elements.append(range) }
      return
    }
    switch member {
    case .id: id = .unreadable
    case .method:
      hasMethod = true
      if method.map({ $0.end + 1 != range.upperBound }) ?? true { method = nil }
    case .params: params = range
    case .result: result = range
    case .error: error = range
    case .other: break
    }
  }
}
