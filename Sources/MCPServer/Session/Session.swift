import JSONRPC

/// One connection to a client: frames in, messages out. Knows no transport and does no I/O of its own.
///
/// Both generations of MCP on one connection, decided for each request: a request whose `_meta` names a protocol version
/// is modern (2026-07-28) and answered from what it carries; `initialize` opens the legacy generation (2024-11-05 to
/// 2025-11-25), in which the other requests then have the meaning of the revision that was agreed upon.
///
/// Whatever a peer sends has a defined answer: nothing traps, and memory is bounded by the longest frame and the limits.
/// Messages come out in the order in which they are to be sent. For one thread at a time.
package final class Session {
  let catalog: ServerCatalog
  let limits: SessionLimits
  let seal: StateSeal
  /// Who is on the other side, as far as the transport knows: sealed states are bound to it.
  let principal: String
  /// Microseconds since 1970.
  let clock: () -> Int64

  var agreement: Agreement?
  var suspended = SuspendedCalls()
  var subscriptions = Subscriptions()
  private var decoder: MessageDecoder
  private var unread: EnvelopeScanner?
  private var output: [OutgoingMessage] = []

  package init(
    catalog: ServerCatalog, limits: SessionLimits = SessionLimits(), seal: StateSeal, principal: String = "",
    clock: @escaping () -> Int64
  ) {
    var limits = limits
    limits.depth = min(limits.depth, 512)
    self.catalog = catalog
    self.limits = limits
    self.seal = seal
    self.principal = principal
    self.clock = clock
    decoder = MessageDecoder(maximumDepth: limits.depth)
  }

  /// Takes what came in and returns what is to be sent for it. The work of tools is done before it returns.
  package func receive(_ event: FrameDecoder.Event) -> [OutgoingMessage] {
    switch event {
    case .frame(let frame): take(frame)
    case .oversizedBegin(let bytes):
      unread = EnvelopeScanner()
      unread?.append(bytes)
    case .oversizedPiece(let bytes): unread?.append(bytes)
    case .oversizedEnd(let bytes):
      unread?.append(bytes)
      if let scanner = unread { refuse(scanner, "The message is longer than \(limits.frameBytes) bytes") }
      unread = nil
    }
    return takeOutput()
  }

  /// Something has changed that no request of this connection changed.
  package func announce(_ change: Change) -> [OutgoingMessage] {
    tell(change)
    return takeOutput()
  }

  /// The client has closed its side: ends the streams of notifications.
  package func finish() -> [OutgoingMessage] {
    for listener in subscriptions.listeners {
      send(
        .result(
          listener.id,
          [
            ("resultType", .string("complete")),
            ("_meta", .object([(MetaKey.subscriptionID, listener.idValue), serverInfoMember])),
          ], version: .july2026))
    }
    subscriptions = Subscriptions()
    return takeOutput()
  }

  // MARK: Output

  func send(_ message: OutgoingMessage) { output.append(message) }

  func fail(_ id: RequestID?, _ error: RPCError, version: ProtocolVersion? = nil) {
    send(.error(id, error, version: version ?? currentVersion))
  }

  /// Answers a request, with what its revision wants in every result.
  func complete(
    _ request: Request, _ members: [(name: String, value: JSONValue)], isCacheable: Bool = false,
    resultType: String = "complete"
  ) {
    var members = members
    if request.version.isModern {
      members.append(("resultType", .string(resultType)))
      if isCacheable {
        members.append(("ttlMs", .integer(catalog.cacheMilliseconds)))
        members.append(("cacheScope", .string("private")))
      }
      members.append(("_meta", .object([serverInfoMember])))
    }
    send(.result(request.id, members, version: request.version))
  }

  private var serverInfoMember: (name: String, value: JSONValue) {
    (MetaKey.serverInfo, catalog.implementation.value(for: .july2026))
  }

  /// Where no request says it.
  private var currentVersion: ProtocolVersion { agreement?.version ?? .july2026 }

  private func takeOutput() -> [OutgoingMessage] {
    defer { output.removeAll() }
    return output
  }

  // MARK: Frames

  private func take(_ frame: Frame) {
    let isValid = frame.withContent { UTF8Repair.isValid($0) }
    guard !isValid else { return frame.withContent { take($0) } }
    // As other peers read it: their text has U+FFFD for what is not UTF-8.
    frame.withContent { UTF8Repair.repaired($0) }.withUnsafeBytes { take($0) }
  }

  private func take(_ text: UnsafeRawBufferPointer) {
    let payload: Payload
    do throws(JSONSyntaxError) {
      payload = try decoder.decode(text)
    } catch {
      switch error.kind {
      case .tooDeep:
        var scanner = EnvelopeScanner()
        scanner.append(text)
        refuse(scanner, "The message is nested deeper than \(limits.depth) levels")
      case .batchTooLong: refuseBatch(longerThan: limits.batchLength)
      default: fail(nil, RPCError(code: RPCError.Code.parseError, message: "Parse error: \(error.kind.rawValue)"))
      }
      return
    }
    switch payload {
    case .single(let message): take(message, in: text)
    case .batch(let messages): take(messages, in: text)
    }
  }

  /// A message that was not read: its sender is told, when it is one that waits for an answer.
  private func refuse(_ scanner: EnvelopeScanner, _ reason: String) {
    guard scanner.id != nil || !scanner.hasMethod else { return }
    guard scanner.hasMethod || !scanner.hasAnswer else { return }
    fail(scanner.id, .invalidRequest(reason))
  }

  private func refuseBatch(longerThan limit: Int) {
    fail(nil, .invalidRequest("An array holds at most \(limit) messages"))
  }

  /// Answers come as one array, what else is to be said before it.
  private func take(_ messages: [Message], in text: UnsafeRawBufferPointer) {
    guard let version = agreement?.version, version.hasBatches else {
      return fail(nil, .invalidRequest("Arrays of messages are not part of this protocol revision"))
    }
    guard !messages.isEmpty else { return fail(nil, .invalidRequest("The array is empty")) }
    guard messages.count <= limits.batchLength else { return refuseBatch(longerThan: limits.batchLength) }
    for message in messages { take(message, in: text) }
    let responses = output.filter(\.isResponse)
    output.removeAll(where: \.isResponse)
    if !responses.isEmpty { send(.batch(responses, version: version)) }
  }

  private func take(_ message: Message, in text: UnsafeRawBufferPointer) {
    let isSound = message.defects.isDisjoint(with: [.duplicateMember, .ambiguousKind, .notAMessage, .unreadableID])
    switch message.kind {
    case .request:
      guard let id = message.requestID, let method = message.method, isSound else {
        return fail(message.requestID, .invalidRequest("Invalid request: \(Self.reason(message.defects))"))
      }
      answer(id, method, in: UnsafeRawBufferPointer(rebasing: text[message.range]))
    case .notification:
      // Nobody waits for an answer to it.
      guard isSound, message.method == "notifications/cancelled" else { return }
      cancel(value(text, message.params))
    case .response:
      guard isSound, let id = message.requestID else { return }
      // Looked at only when it is waited for.
      guard suspended.isWaiting(for: id) else { return }
      resume(id, with: value(text, message.result))
    case .invalid:
      fail(message.requestID, .invalidRequest("Invalid request: neither a request, a notification nor a response"))
    }
  }

  private static func reason(_ defects: MessageDefects) -> String {
    if defects.contains(.duplicateMember) { return "a member name occurs twice" }
    if defects.contains(.unreadableID) { return "the id is neither a string nor an integer" }
    if defects.contains(.ambiguousKind) { return "method and result in one message" }
    return "not a request"
  }

  /// Nil when the part is missing or holds too many values. It was valid as part of the whole, so that parsing it cannot
  /// fail.
  private func value(_ text: UnsafeRawBufferPointer, _ range: Range<Int>?) -> JSONValue? {
    guard let range, ValueCount.of(UnsafeRawBufferPointer(rebasing: text[range])) <= limits.values else { return nil }
    return try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: text[range]), maximumDepth: limits.depth)
  }

  // MARK: Messages

  private func answer(_ id: RequestID, _ method: String, in text: UnsafeRawBufferPointer) {
    guard ValueCount.of(text) <= limits.values else {
      return fail(id, .invalidRequest("The message holds more than \(limits.values) values"))
    }
    guard let message = value(text, 0..<text.count), message["jsonrpc"]?.string == "2.0" else {
      return fail(id, .invalidRequest("Invalid request: jsonrpc must be \"2.0\""))
    }
    let params = message["params"] ?? .emptyObject
    let isModern = Self.isModern(params)
    do throws(RPCError) {
      guard params.isObject else { throw .invalidParams("params must be an object") }
      if isModern {
        try serveModern(try modernRequest(id, method, params, length: text.count))
      } else {
        try serveLegacy(id, method, params, length: text.count)
      }
    } catch {
      fail(id, error, version: isModern ? .july2026 : currentVersion)
    }
  }

  private func cancel(_ params: JSONValue?) {
    guard let named = params?["requestId"] else { return }
    let id: RequestID
    switch named {
    case .string(let text): id = RequestID(string: text, literal: "")
    case .number(let literal): id = RequestID(number: literal)
    default: return
    }
    subscriptions.removeListener(id)
    for question in suspended.remove(id) {
      send(
        .notification(
          "notifications/cancelled", [("requestId", .string(question))], version: currentVersion))
    }
  }

  // MARK: Eras

  /// Either key is meant for the modern revision only: a request that has one and lacks the other is a modern one with
  /// a fault.
  private static func isModern(_ params: JSONValue) -> Bool {
    guard let meta = params["_meta"] else { return false }
    return meta[MetaKey.protocolVersion] != nil || meta[MetaKey.clientCapabilities] != nil
  }

  private func modernRequest(
    _ id: RequestID, _ method: String, _ params: JSONValue, length: Int
  ) throws(RPCError) -> Request {
    let meta = params["_meta"] ?? .emptyObject
    guard let requested = meta[MetaKey.protocolVersion]?.string else {
      throw .invalidParams("\(MetaKey.protocolVersion) is missing in _meta, or no string")
    }
    guard let version = ProtocolVersion(rawValue: requested), version.isModern else {
      throw .unsupportedVersion(requested: requested)
    }
    guard let capabilities = meta[MetaKey.clientCapabilities], capabilities.isObject else {
      throw .invalidParams("\(MetaKey.clientCapabilities) is missing in _meta, or no object")
    }
    return Request(
      id: id, method: method, params: params, version: version, capabilities: capabilities,
      clientName: meta[MetaKey.clientInfo]?["name"]?.string,
      logLevel: meta[MetaKey.logLevel]?.string.flatMap { LogLevel(rawValue: $0) }, length: length)
  }

  private func serveModern(_ request: Request) throws(RPCError) {
    switch request.method {
    case "server/discover": discover(request)
    case "subscriptions/listen": try listen(request)
    case "initialize":
      // A client that does not know the modern revision cannot have meant it; whoever reads this learns what to do.
      throw RPCError(
        code: RPCError.Code.methodNotFound, message: "initialize has no place in this protocol revision",
        data: .object([("supported", .strings(ProtocolVersion.supported))]))
    default: try serve(request)
    }
  }

  private func serveLegacy(
    _ id: RequestID, _ method: String, _ params: JSONValue, length: Int
  ) throws(RPCError) {
    if method == "initialize" { return try initialize(id, params) }
    guard let agreement else {
      guard method == "ping" else {
        throw .invalidParams(
          "Send initialize first, or name the protocol version and the client's capabilities in _meta",
          data: .object([("supported", .strings(ProtocolVersion.supported))]))
      }
      return send(.result(id, [], version: .newestHandshake))
    }
    let request = Request(
      id: id, method: method, params: params, version: agreement.version, capabilities: agreement.capabilities,
      clientName: agreement.clientName, logLevel: catalog.hasLogging ? agreement.logLevel : nil,
      length: length)
    switch method {
    case "ping": complete(request, [])
    case "logging/setLevel" where catalog.hasLogging: try setLogLevel(request)
    case "resources/subscribe" where catalog.resources != nil && catalog.announcesChanges: try subscribe(request)
    case "resources/unsubscribe" where catalog.resources != nil && catalog.announcesChanges: try unsubscribe(request)
    default: try serve(request)
    }
  }

  /// The methods that both generations have.
  private func serve(_ request: Request) throws(RPCError) {
    switch request.method {
    case "tools/list" where !catalog.tools.isEmpty:
      try list(request, "tools", catalog.tools.map { $0.declaration.value(for: request.version) })
    case "prompts/list" where !catalog.prompts.isEmpty:
      try list(request, "prompts", catalog.prompts.map { $0.declaration.value(for: request.version) })
    case "resources/list":
      guard let resources = catalog.resources?.resources else { throw .methodNotFound }
      try list(request, "resources", resources.map { $0.value(for: request.version, addressMember: "uri") })
    case "resources/templates/list":
      guard let templates = catalog.resources?.templates else { throw .methodNotFound }
      try list(
        request, "resourceTemplates",
        templates.map { $0.value(for: request.version, addressMember: "uriTemplate") })
    case "completion/complete" where catalog.completion != nil: try completeArgument(request)
    case "tools/call" where !catalog.tools.isEmpty, "prompts/get" where !catalog.prompts.isEmpty,
      "resources/read" where catalog.resources != nil:
      try begin(request)
    default: throw .methodNotFound
    }
  }
}
