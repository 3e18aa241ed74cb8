import Guard
import JSONRPC

/// Judges the messages of one direction: has them examined, records them, and says what is to be written.
final class MessageJudge {
  private let direction: Direction
  private let session: SessionContext
  private let examination: MessageExamination
  private let records: EntryMaker

  init(_ direction: Direction, session: SessionContext) {
    self.direction = direction
    self.session = session
    examination = MessageExamination(direction, session: session)
    records = EntryMaker(session: session, direction: direction)
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
    case .rewritten(let content): outputs.append(.forward(content + frame.terminator))
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
      array.append(contentsOf: frame.terminator.isEmpty && !replacements.isEmpty ? [0x0A] : frame.terminator)
      outputs.append(.forward(array))
    }
    outputs.append(contentsOf: replacements)
  }

  /// A frame that could not be read. Returns whether it goes on as it is.
  func passesUnread(_ frame: UnreadFrame, _ outputs: inout [RelayOutput]) -> Bool {
    let isNoise = frame.defect == .syntax
    let id = isNoise ? nil : frame.envelope.id
    var exchange = Exchange(direction: direction, server: session.server, kind: frame.kind)
    var answered: PendingRequests.Request?
    if frame.kind == .response, let id {
      answered = session.withState { $0.responseArrived(id: id, direction) }
      if let answered { exchange.answer(answered) }
    }

    var inspection = Inspection()
    inspection.add(.frame(frame.defect))
    var decision = session.policy(direction).decide(verdict: inspection.verdict, isReadable: false)
    // A client must not see what is no JSON.
    if isNoise && direction == .serverToClient { decision = .refused(inspection.verdict) }
    var entry = records.entry(
      exchange, decision, inspection, hash: frame.hash, bytes: frame.count, arrival: frame.arrival)
    entry.reason = frame.reason.isEmpty ? frame.defect.name : frame.reason
    if !decision.isStopped {
      if session.record(entry) {
        if frame.kind == .request, let id { register(id, exchange) }
        return true
      }
      entry = entry.unavailable()
    }
    entry.action = .stopped
    let isRecorded = session.recordStopped(entry)
    if frame.kind == .request, let id { session.withState { $0.requestStopped(id: id, direction) } }
    let treatment: Treatment =
      isNoise
      ? (direction == .clientToServer ? .reply(.parseError) : .drop)
      : Treatment.forUnread(exchange, isKnown: answered != nil)
    switch treatment.withoutRewrite {
    case .drop, .rewrite: break
    case .reply(let shape):
      outputs.append(.reply(BlockedReply(id, shape, entry, inspection).frame(isRecorded: isRecorded)))
    case .replace(let shape):
      outputs.append(.forward(BlockedReply(id, shape, entry, inspection).frame(isRecorded: isRecorded)))
    }
    return false
  }

  // MARK: One message

  private func fate(of message: Message, in frame: JudgedFrame) -> Fate {
    let judged = examination.examine(message, in: frame)
    let entry = records.entry(judged, in: frame)
    if judged.isMoot { return stopped(entry, .drop, judged, frame) }
    if let fate = approved(entry, judged, frame) { return fate }
    if let fate = shortened(entry, judged, frame) { return fate }
    guard judged.decision.isStopped else { return passed(entry, judged, frame) }
    return stopped(entry, treatment(judged, frame), judged, frame)
  }

  private func passed(_ entry: AuditEntry, _ judged: JudgedMessage, _ frame: JudgedFrame) -> Fate {
    guard session.record(entry) else {
      return stopped(entry.unavailable(), treatment(judged, frame), judged, frame)
    }
    if judged.message.kind == .request, let id = judged.message.requestID {
      register(id, judged.exchange, approval: approvalSource(judged, frame))
    }
    return .passes
  }

  private func stopped(
    _ stopping: AuditEntry, _ treatment: Treatment, _ judged: JudgedMessage, _ frame: JudgedFrame
  ) -> Fate {
    var entry = stopping
    entry.action = .stopped
    let held = hold(&entry, judged, frame)
    let isRecorded = held?.isRecorded ?? session.recordStopped(entry)
    let id = judged.message.requestID
    if judged.message.kind == .request, let id { session.withState { $0.requestStopped(id: id, direction) } }
    switch treatment.withoutRewrite {
    case .drop, .rewrite: return .stopped(reply: nil)
    case .reply(let shape):
      let reply = BlockedReply(id, shape, entry, judged.inspection, heldAs: held?.item)
      return .stopped(reply: reply.frame(isRecorded: isRecorded))
    case .replace(let shape):
      let reply = BlockedReply(id, shape, entry, judged.inspection, heldAs: held?.item)
      return .replaced(reply.frame(isRecorded: isRecorded))
    }
  }

  /// Tries to make the message harmless by cutting. Nil when there is nothing to cut, or cutting does not do.
  private func shortened(_ entry: AuditEntry, _ judged: JudgedMessage, _ frame: JudgedFrame) -> Fate? {
    let offends = judged.decision.isStopped && judged.inspection.verdict > .flag
    let hidesTools = judged.exchange.kind == .response && judged.exchange.method == "tools/list"
    guard judged.isReadable, offends || hidesTools else { return nil }
    if offends {
      guard case .rewrite = treatment(judged, frame) else { return nil }
    }
    let cut = ContentCut(
      content: frame.content, message: judged.message, exchange: judged.exchange, inspection: judged.inspection
    ).outcome(offends: offends) { name in
      !hidesTools || session.policy(direction).allows(tool: name, of: session.server)
    }
    guard !cut.rewrite.isEmpty else { return nil }
    let content = cut.rewrite.applied(to: frame.content, part: judged.message.range)
    guard examination.isHarmless(content, judged.exchange) else { return nil }

    var entry = entry
    entry.action = .filtered
    entry.forwardedHash = content.withUnsafeBytes { SHA256.digest($0) }
    if !judged.decision.isStopped { entry.decision = .toolNotAllowed }
    guard session.record(entry) else { return nil }
    if hidesTools && offends { session.withState { $0.toolsWithheld(cut.withheld) } }
    if judged.message.kind == .request, let id = judged.message.requestID { register(id, judged.exchange) }
    return .rewritten(content)
  }

  private func treatment(_ judged: JudgedMessage, _ frame: JudgedFrame) -> Treatment {
    // Without an id there is nobody to answer; a client whose id cannot be read is told so, without one.
    if judged.message.kind == .invalid || (judged.message.kind == .request && judged.message.requestID == nil) {
      return direction == .clientToServer ? .reply(.invalidRequest) : .drop
    }
    let code = judged.inspection.facts.errorCode.map { String(decoding: frame.content[$0], as: UTF8.self) }
    return Treatment.of(
      judged.exchange, isError: judged.message.error != nil, errorCode: code.flatMap { Int($0) == nil ? nil : $0 },
      isKnown: judged.answered != nil, prefersErrors: session.policy(direction).settings.blockedReply == .error)
  }

  private func register(_ id: RequestID, _ exchange: Exchange, approval: ApprovalSource? = nil) {
    var request = PendingRequests.Request(
      method: exchange.method, subject: exchange.subject, isModern: exchange.isModern)
    request.approval = approval
    session.withState { $0.requestPassed(request, id: id, direction) }
  }

  // MARK: Quarantine

  /// What finds the approval of this message: of a request its own key, of a response that of its request. Nil when no
  /// person can be asked about it.
  private func approvalKey(
    _ judged: JudgedMessage, _ frame: JudgedFrame, _ quarantine: QuarantineAccess
  ) -> ApprovalKey? {
    guard judged.isReadable else { return nil }
    switch judged.message.kind {
    case .request:
      return approvalKey(judged.exchange, direction, quarantine, params: params(judged, frame))
    case .response:
      switch judged.answered?.approval {
      case .key(let key): return key
      case .params(let bytes?):
        return bytes.withUnsafeBytes { approvalKey(judged.exchange, direction.opposite, quarantine, params: $0) }
      case .params(nil): return approvalKey(judged.exchange, direction.opposite, quarantine, params: nil)
      case nil: return nil
      }
    case .notification, .invalid: return nil
    }
  }

  /// - Parameter direction: of the request.
  private func approvalKey(
    _ exchange: Exchange, _ direction: Direction, _ quarantine: QuarantineAccess, params: UnsafeRawBufferPointer?
  ) -> ApprovalKey? {
    ApprovalKey(
      agent: session.server, command: quarantine.command, direction: direction, method: exchange.method,
      tool: exchange.subject, params: params)
  }

  /// What is kept of a request that passes, in case its result has to be held.
  private func approvalSource(_ judged: JudgedMessage, _ frame: JudgedFrame) -> ApprovalSource? {
    guard judged.isReadable, judged.exchange.canBeHeld, let quarantine = session.quarantine(direction) else {
      return nil
    }
    let params = params(judged, frame)
    guard session.withState({ $0.hasRoom(for: params?.count ?? 0, direction) }) else {
      return .key(approvalKey(judged.exchange, direction, quarantine, params: params))
    }
    return .params(params.map { Array($0) })
  }

  private func params(_ judged: JudgedMessage, _ frame: JudgedFrame) -> UnsafeRawBufferPointer? {
    judged.message.params.map { UnsafeRawBufferPointer(rebasing: frame.content[$0]) }
  }

  /// Uses an approval that a person has given for this very request. Nil when there is none.
  private func approved(_ entry: AuditEntry, _ judged: JudgedMessage, _ frame: JudgedFrame) -> Fate? {
    // Only what a person may have been asked about: calls, and what was stopped.
    guard judged.message.kind == .request, judged.decision.isStopped || judged.exchange.canBeHeld,
      judged.inspection.verdict < .block, judged.decision.policy != .toolNotAllowed,
      judged.decision.policy != .rateLimited, let id = judged.message.requestID,
      let quarantine = session.quarantine(direction), quarantine.store.mayHaveApprovals,
      let key = approvalKey(judged, frame, quarantine),
      let approval = quarantine.store.takeApproval(for: key)
    else { return nil }
    var entry = entry
    entry.decision = .quarantineApproved
    entry.status = .delivered
    entry.quarantineItem = approval.item
    switch approval.grant {
    case .passRequest:
      if entry.action == .stopped { entry.action = .forwarded }
      return passed(entry, judged, frame)
    case .storedResult(let result):
      entry.action = .stopped
      guard session.record(entry) else { return stopped(entry.unavailable(), treatment(judged, frame), judged, frame) }
      session.withState { $0.requestStopped(id: id, direction) }
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("jsonrpc", "2.0")
        writer.name("id")
        writer.raw(id.literal)
        writer.name("result")
        writer.raw(result)
      }
      writer.raw("\n")
      return .stopped(reply: writer.bytes)
    }
  }

  private struct Held {
    /// Nil: it was stopped for good.
    var item: EventID?
    var isRecorded: Bool
  }

  /// Puts a message that waits for a person into the quarantine, with its record. Nil when it is none, or nothing can
  /// be held; the record has to be written then.
  private func hold(
    _ entry: inout AuditEntry, _ judged: JudgedMessage, _ frame: JudgedFrame
  ) -> Held? {
    guard entry.decision == .contentQuarantined, let quarantine = session.quarantine(direction) else { return nil }
    let isResponse = judged.message.kind == .response
    let part = isResponse ? judged.message.result : judged.message.range
    guard let key = approvalKey(judged, frame, quarantine), let part else {
      // Nothing could find it again.
      entry = entry.blocked()
      return nil
    }
    let item = QuarantineItem(
      kind: isResponse ? .result : .request, key: key, payload: Array(frame.content[part]),
      expires: session.clock.now() + quarantine.lifetime)
    switch quarantine.store.hold(item, with: entry, withinMilliseconds: SessionContext.commitMilliseconds) {
    case .held(let item): return Held(item: item, isRecorded: true)
    case .blocked(let outcome):
      entry = entry.blocked()
      return Held(item: nil, isRecorded: outcome == .committed)
    case .late:
      entry = entry.blocked()
      return Held(item: nil, isRecorded: false)
    }
  }
}

extension Exchange {
  /// Requests whose results a person may be asked about.
  fileprivate var canBeHeld: Bool {
    method == "tools/call" || method == "prompts/get" || method == "resources/read"
  }
}
