import Guard
import JSONRPC

/// Judges the messages of one direction: asks the session's memory, the inspection and the policy, records, and says what
/// is to be written.
final class MessageJudge {
  let direction: Direction
  let session: SessionContext
  private let inspector: Inspector
  private var decoder: MessageDecoder

  init(_ direction: Direction, session: SessionContext) {
    self.direction = direction
    self.session = session
    let limits = session.policy.settings.limits
    inspector = Inspector(rules: session.rules, maximumDepth: limits.maxDepth)
    decoder = MessageDecoder(maximumDepth: limits.maxDepth)
  }

  /// What becomes of one message.
  private enum Fate {
    /// It goes on as it came.
    case passes
    /// It goes on with cuts.
    case rewritten([UInt8])
    /// Something else goes in its place.
    case replaced([UInt8])
    /// Nothing goes on; the sender may get an answer.
    case stopped(reply: [UInt8]?)
  }

  // MARK: Whole frames

  func judge(_ message: Message, in frame: JudgedFrame, _ outputs: inout [RelayOutput]) {
    switch fate(of: message, in: frame) {
    case .passes: outputs.append(.forward(frame.frame.bytes))
    case .rewritten(let content):
      outputs.append(.forward(content + frame.frame.bytes[frame.frame.contentLength...]))
    case .replaced(let reply): outputs.append(.forward(reply))
    case .stopped(let reply): if let reply { outputs.append(.reply(reply)) }
    }
  }

  /// A batch: whole when all its messages pass, else the passing ones as an array and the others singly.
  func judge(_ elements: [Message], in frame: JudgedFrame, _ outputs: inout [RelayOutput]) {
    guard !elements.isEmpty else {
      var empty = Message(range: 0..<frame.content.count)
      empty.defects.insert(.notAMessage)
      return judge(empty, in: frame, &outputs)
    }
    var kept: [[UInt8]] = []
    var replacements: [RelayOutput] = []
    var isWhole = true
    for element in elements {
      switch fate(of: element, in: frame) {
      case .passes: kept.append(Array(frame.content[element.range]))
      case .rewritten(let content):
        isWhole = false
        kept.append(content)
      case .replaced(let reply):
        isWhole = false
        replacements.append(.forward(reply))
      case .stopped(let reply):
        isWhole = false
        if let reply { replacements.append(.reply(reply)) }
      }
    }
    if isWhole {
      outputs.append(.forward(frame.frame.bytes))
    } else if !kept.isEmpty {
      var array = [UInt8(ascii: "[")]
      array.append(contentsOf: kept.joined(separator: [UInt8(ascii: ",")]))
      array.append(UInt8(ascii: "]"))
      // Replacements follow: the array has to end its line even where the batch did not.
      let terminator = frame.frame.bytes[frame.frame.contentLength...]
      array.append(contentsOf: terminator.isEmpty && !replacements.isEmpty ? [0x0A] : terminator)
      outputs.append(.forward(array))
    }
    outputs.append(contentsOf: replacements)
  }

  /// A frame that could not be read. Returns whether it goes on as it is.
  func passesUnread(_ frame: UnreadFrame, _ outputs: inout [RelayOutput]) -> Bool {
    let isNoise = frame.defect == .syntax
    let isEnforced = session.policy.settings.mode == .enforce
    let id = isNoise ? nil : frame.envelope.id
    let isRequest = frame.envelope.hasMethod
    let kind: Exchange.Kind =
      isNoise
      ? .invalid : isRequest ? (id == nil ? .notification : .request) : frame.envelope.hasAnswer ? .response : .invalid
    var exchange = Exchange(direction: direction, server: session.server, kind: kind)
    let pending =
      kind == .response ? id.flatMap { id in session.withState { $0.responseArrived(id: id, direction) } } : nil
    apply(pending, to: &exchange)

    var inspection = Inspection()
    inspection.add(.frame(frame.defect))
    var decision = session.policy.decide(verdict: inspection.verdict, isReadable: false)
    // A client must not see what is no JSON.
    if isNoise && direction == .serverToClient { decision = Decision.refused(inspection.verdict) }
    var entry = entry(
      exchange, decision, inspection, hash: frame.hash, bytes: frame.count, arrival: frame.arrival)
    entry.reason = frame.reason.isEmpty ? frame.defect.name : frame.reason
    if !decision.isStopped {
      guard session.record(entry) else {
        stop(unavailable(entry), Treatment.forUnread(exchange, isKnown: pending != nil), id, inspection, &outputs)
        return false
      }
      if kind == .request, let id { register(id, exchange) }
      return true
    }
    let treatment: Treatment =
      isNoise
      ? (isEnforced && direction == .clientToServer ? .reply(.parseError) : .drop)
      : Treatment.forUnread(exchange, isKnown: pending != nil)
    stop(entry, treatment, id, inspection, &outputs)
    return false
  }

  // MARK: One message

  private func fate(of message: Message, in frame: JudgedFrame) -> Fate {
    var exchange = Exchange(direction: direction, server: session.server, kind: message.exchangeKind)
    exchange.method = message.method ?? ""
    exchange.subject = message.subject
    var defects = message.defects.union(frame.defects)
    var frameDefects: [FrameDefect] = []
    var isKnown = true
    if message.kind == .response, let id = message.requestID {
      let pending = session.withState { $0.responseArrived(id: id, direction) }
      apply(pending, to: &exchange)
      isKnown = pending != nil
      if !isKnown { frameDefects.append(.unknownID) }
    } else if message.kind == .response {
      isKnown = false
    }
    if message.kind == .request, let id = message.requestID, session.withState({ $0.isInFlight(id, direction) }) {
      frameDefects.append(.duplicateID)
    }

    let effects = session.policy.effects(
      agent: session.server, tool: exchange.subject, direction: direction, now: session.clock.now())
    var inspection = inspector.inspect(message, in: frame.content, exchange: exchange, effects: effects)
    if message.kind != .response { exchange.isModern = inspection.facts.isModern }
    if inspection.facts.hasFoldedMember { defects.insert(.foldedMember) }
    frameDefects += FrameDefect.of(defects)
    for defect in frameDefects { inspection.add(.frame(defect)) }
    if inspection.isExhausted { frameDefects.append(.budget) }

    let (refusal, ground) = refusal(of: exchange, message)
    var decision = session.policy.decide(
      verdict: inspection.verdict, isReadable: !frameDefects.contains { $0.isDoubt }, refusal: refusal)
    if direction == .serverToClient, message.kind == .invalid { decision = Decision.refused(inspection.verdict) }

    let cancelled = message.method == "notifications/cancelled" ? inspection.facts.cancelledID : nil
    let isMoot = cancelled.map { id in session.withState { $0.cancelsStoppedRequest(id, direction) } } ?? false
    if isMoot && !decision.isStopped {
      decision = Decision(policy: decision.policy, verdict: decision.verdict, isStopped: true, status: .rejected)
    }

    var entry = entry(
      exchange, decision, inspection, hash: hash(message, in: frame), bytes: length(message, in: frame),
      arrival: frame.arrival)
    entry.reason = isMoot ? "cancels a request that was stopped" : ground
    if frame.received != nil, !decision.isStopped { entry.action = .filtered }

    let judged = Judged(
      message: message, exchange: exchange, inspection: inspection, isKnown: isKnown,
      isReadable: !frameDefects.contains { $0.isDoubt })
    if isMoot { return stopped(entry, .drop, judged, frame) }
    if let fate = shortened(entry, judged, decision, frame) { return fate }
    guard decision.isStopped else { return passed(entry, judged, frame) }
    return stopped(entry, treatment(judged, frame), judged, frame)
  }

  /// A message with everything that is known of it.
  private struct Judged {
    var message: Message
    var exchange: Exchange
    var inspection: Inspection
    /// A response answers a request in flight.
    var isKnown: Bool
    /// Without a defect by which it could be read in another way.
    var isReadable: Bool
  }

  private func passed(_ entry: AuditEntry, _ judged: Judged, _ frame: JudgedFrame) -> Fate {
    var entry = entry
    if entry.action == .filtered {
      entry.forwardedHash = SHA256.digest(UnsafeRawBufferPointer(rebasing: frame.content[judged.message.range]))
    }
    guard session.record(entry) else {
      return stopped(unavailable(entry), treatment(judged, frame).withoutRewrite, judged, frame)
    }
    if judged.message.kind == .request, let id = judged.message.requestID { register(id, judged.exchange) }
    return .passes
  }

  private func stopped(
    _ entry: AuditEntry, _ treatment: Treatment, _ judged: Judged, _ frame: JudgedFrame
  ) -> Fate {
    let treatment = treatment.withoutRewrite
    var entry = entry
    entry.action = .stopped
    let isRecorded = session.recordStopped(entry)
    let id = judged.message.requestID
    if judged.message.kind == .request, let id {
      session.withState { $0.requestStopped(id: id, direction) }
    }
    switch treatment {
    case .drop, .rewrite: return .stopped(reply: nil)
    case .reply(let shape):
      return .stopped(reply: reply(shape, id, entry, judged.inspection).frame(isRecorded: isRecorded))
    case .replace(let shape):
      return .replaced(reply(shape, id, entry, judged.inspection).frame(isRecorded: isRecorded))
    }
  }

  /// Tries to make the message harmless by cutting. Nil when there is nothing to cut, or cutting does not do.
  private func shortened(
    _ entry: AuditEntry, _ judged: Judged, _ decision: Decision, _ frame: JudgedFrame
  ) -> Fate? {
    let offends = decision.isStopped && judged.inspection.verdict > .flag
    let hidesTools = judged.exchange.kind == .response && judged.exchange.method == "tools/list"
    guard judged.isReadable, offends || hidesTools else { return nil }
    if offends {
      guard case .rewrite = treatment(judged, frame) else { return nil }
    }
    let cut = ContentCut(
      content: frame.content, message: judged.message, exchange: judged.exchange, inspection: judged.inspection
    ).outcome(offends: offends) { name in
      !hidesTools || session.policy.allows(tool: name, of: session.server)
    }
    guard !cut.rewrite.isEmpty else { return nil }
    let content = cut.rewrite.applied(to: frame.content, part: judged.message.range)
    guard isHarmless(content, judged.exchange) else { return nil }

    var entry = entry
    entry.action = .filtered
    entry.forwardedHash = content.withUnsafeBytes { SHA256.digest($0) }
    if !decision.isStopped { entry.decision = .toolNotAllowed }
    guard session.record(entry) else { return nil }
    if hidesTools && offends { session.withState { $0.toolsWithheld(cut.withheld) } }
    if judged.message.kind == .request, let id = judged.message.requestID { register(id, judged.exchange) }
    return .rewritten(content)
  }

  /// Whether a rewritten message is still well-formed and calls for no more than a flag.
  private func isHarmless(_ content: [UInt8], _ exchange: Exchange) -> Bool {
    content.withUnsafeBytes { bytes in
      guard case .single(let message)? = try? decoder.decode(bytes), message.defects.isEmpty else { return false }
      let effects = session.policy.effects(
        agent: session.server, tool: exchange.subject, direction: direction, now: session.clock.now())
      let inspection = inspector.inspect(message, in: bytes, exchange: exchange, effects: effects)
      return inspection.verdict <= .flag && !inspection.facts.hasFoldedMember && !inspection.isExhausted
    }
  }

  // MARK: Grounds

  /// Grounds that have nothing to do with content.
  private func refusal(of exchange: Exchange, _ message: Message) -> (Policy.Refusal?, String) {
    guard direction == .clientToServer, exchange.kind == .request, exchange.method == "tools/call" else {
      return (nil, "")
    }
    if !session.policy.allows(tool: exchange.subject, of: session.server) {
      return (.toolNotAllowed, "the tool is not in allowed_tools")
    }
    if session.withState({ $0.isWithheld(exchange.subject) }) {
      return (.toolNotAllowed, "the tool was withheld from the list of tools")
    }
    return (nil, "")
  }

  private func treatment(_ judged: Judged, _ frame: JudgedFrame) -> Treatment {
    if judged.message.kind == .invalid {
      return direction == .clientToServer ? .reply(.invalidRequest) : .drop
    }
    // Without an id there is nobody to answer; a request whose id cannot be read is told so, without one.
    if judged.message.kind == .request, judged.message.requestID == nil {
      return direction == .clientToServer ? .reply(.invalidRequest) : .drop
    }
    let code = judged.inspection.facts.errorCode.map { String(decoding: frame.content[$0], as: UTF8.self) }
    return Treatment.of(
      judged.exchange, isError: judged.message.error != nil,
      errorCode: code.flatMap { Int($0) == nil ? nil : $0 }, isKnown: judged.isKnown,
      prefersErrors: session.policy.settings.blockedReply == .error)
  }

  private func reply(
    _ shape: BlockedReply.Shape, _ id: RequestID?, _ entry: AuditEntry, _ inspection: Inspection
  ) -> BlockedReply {
    let isContent =
      entry.decision != .toolNotAllowed && entry.decision != .rateLimited && entry.decision != .auditUnavailable
    let worst = isContent ? inspection.worst : nil
    let action: BlockedReply.Ground.Action =
      switch entry.status {
      case .blocked: .blocked
      case .quarantined: .quarantined
      default: .rejected
      }
    return BlockedReply(
      id: id, shape: shape,
      ground: BlockedReply.Ground(
        action: action, rule: worst?.rule ?? "", severity: worst?.severity ?? .medium, policy: entry.decision,
        eventID: entry.id, direction: direction))
  }

  // MARK: Records and memory

  private func apply(_ pending: PendingRequests.Request?, to exchange: inout Exchange) {
    guard let pending else { return }
    exchange.method = pending.method
    exchange.subject = pending.subject
    exchange.isModern = pending.isModern
  }

  private func register(_ id: RequestID, _ exchange: Exchange) {
    let request = PendingRequests.Request(
      method: exchange.method, subject: exchange.subject, isModern: exchange.isModern)
    session.withState { $0.requestPassed(request, id: id, direction) }
  }

  private func stop(
    _ entry: AuditEntry, _ treatment: Treatment, _ id: RequestID?, _ inspection: Inspection,
    _ outputs: inout [RelayOutput]
  ) {
    var entry = entry
    entry.action = .stopped
    let isRecorded = session.recordStopped(entry)
    switch treatment {
    case .drop, .rewrite: break
    case .reply(let shape):
      outputs.append(.reply(reply(shape, id, entry, inspection).frame(isRecorded: isRecorded)))
    case .replace(let shape):
      outputs.append(.forward(reply(shape, id, entry, inspection).frame(isRecorded: isRecorded)))
    }
  }

  private func entry(
    _ exchange: Exchange, _ decision: Decision, _ inspection: Inspection, hash: Digest, bytes: Int, arrival: Int64
  ) -> AuditEntry {
    let now = session.clock.now()
    var entry = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: exchange.from, to: exchange.to, contentHash: hash,
      status: decision.status, decision: decision.policy, session: session.id, direction: direction,
      verdict: decision.verdict, action: decision.isStopped ? .stopped : .forwarded, bytes: bytes)
    entry.findings = inspection.findings.map(\.record)
    entry.findingsDropped = inspection.droppedFindings
    entry.latency = max(0, session.clock.steady() - arrival)
    entry.method = exchange.method
    entry.tool = exchange.subject
    return entry
  }

  private func unavailable(_ entry: AuditEntry) -> AuditEntry {
    var entry = entry
    entry.decision = .auditUnavailable
    entry.status = .error
    entry.action = .stopped
    return entry
  }

  /// SHA-256 of the message as it came; of the frame, when it is the only one in it.
  private func hash(_ message: Message, in frame: JudgedFrame) -> Digest {
    if let received = frame.received, message.range.count == frame.content.count {
      return received.withContent { SHA256.digest($0) }
    }
    return SHA256.digest(UnsafeRawBufferPointer(rebasing: frame.content[message.range]))
  }

  private func length(_ message: Message, in frame: JudgedFrame) -> Int {
    if let received = frame.received, message.range.count == frame.content.count { return received.contentLength }
    return message.range.count
  }
}
