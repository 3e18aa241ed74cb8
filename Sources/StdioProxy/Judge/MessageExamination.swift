import Guard
import JSONRPC

/// Finds out all that is to be known about a message, up to the decision. Changes nothing but the memory of which requests
/// are answered.
final class MessageExamination {
  private let direction: Direction
  private let session: SessionContext
  private let maximumDepth: Int
  private var rules: RuleSet
  private var inspector: Inspector
  private var decoder: MessageDecoder
  /// What has gone this way so far.
  private var preceding = PrecedingText()

  init(_ direction: Direction, session: SessionContext) {
    self.direction = direction
    self.session = session
    maximumDepth = session.policy(direction).settings.limits.maxDepth
    rules = session.rules(direction)
    inspector = Inspector(rules: rules, maximumDepth: maximumDepth)
    decoder = MessageDecoder(maximumDepth: maximumDepth)
  }

  func examine(_ received: Message, in frame: JudgedFrame) -> JudgedMessage {
    adoptRules()
    let message = asWaitedFor(received)
    var exchange = Exchange(direction: direction, server: session.server, kind: message.exchangeKind)
    exchange.method = message.method ?? ""
    exchange.subject = message.subject
    var doubts: [FrameDefect] = []
    let answered = match(message, &exchange, &doubts)

    var reached = preceding
    var inspection = inspector.inspect(
      message, in: frame.content, exchange: exchange, effects: effects(in: exchange), after: &reached)
    if message.kind != .response { exchange.isModern = inspection.facts.isModern }
    var defects = message.defects.union(frame.defects)
    if inspection.facts.hasFoldedMember { defects.insert(.foldedMember) }
    doubts += FrameDefect.of(defects)
    for defect in doubts { inspection.add(.frame(defect)) }
    if inspection.isExhausted { doubts.append(.budget) }

    let isReadable = !doubts.contains { $0.isDoubt }
    let refusal = refusal(of: exchange)
    var decision = session.policy(direction).decide(
      verdict: inspection.verdict, isReadable: isReadable, refusal: refusal?.ground)
    // What is no message would be noise to a client, in any mode.
    if direction == .serverToClient, message.kind == .invalid { decision = .refused(inspection.verdict) }
    var judged = JudgedMessage(
      message: message, exchange: exchange, inspection: inspection, decision: decision,
      reason: refusal?.words ?? "", answered: answered, isReadable: isReadable)
    noteMoot(&judged)
    // What does not arrive is not read on.
    if !judged.decision.isStopped { preceding = reached }
    return judged
  }

  /// Whether a message that was made of another by cutting is well-formed and calls for no more than a flag.
  func isHarmless(_ content: [UInt8], _ exchange: Exchange) -> Bool {
    content.withUnsafeBytes { bytes in
      guard case .single(let message)? = try? decoder.decode(bytes), message.defects.isEmpty else { return false }
      let inspection = inspector.inspect(message, in: bytes, exchange: exchange, effects: effects(in: exchange))
      return inspection.verdict <= .flag && !inspection.facts.hasFoldedMember && !inspection.isExhausted
    }
  }

  // MARK: Private

  /// Changed rules mean new working memory, and that what went before was read with others.
  private func adoptRules() {
    let newest = session.rules(direction)
    guard newest !== rules else { return }
    rules = newest
    inspector = Inspector(rules: newest, maximumDepth: maximumDepth)
    preceding = PrecedingText()
  }

  private func effects(in exchange: Exchange) -> FindingEffects {
    session.policy(direction).effects(
      agent: session.server, tool: exchange.subject, direction: direction, now: session.clock.now())
  }

  /// A method and an answer in one message: whoever waits for the answer must not wait for ever.
  private func asWaitedFor(_ message: Message) -> Message {
    guard message.kind == .request, message.result != nil || message.error != nil, let id = message.requestID,
      session.withState({ $0.isAwaited(id, direction) })
    else { return message }
    var answer = message
    answer.kind = .response
    return answer
  }

  /// Gives a response the method of its request, and notices ids that do not fit.
  private func match(
    _ message: Message, _ exchange: inout Exchange, _ doubts: inout [FrameDefect]
  ) -> PendingRequests.Request? {
    guard let id = message.requestID else { return nil }
    switch message.kind {
    case .response:
      let answered = session.withState { $0.responseArrived(id: id, direction) }
      if let answered { exchange.answer(answered) } else { doubts.append(.unknownID) }
      return answered
    case .request:
      if session.withState({ $0.isInFlight(id, direction) }) { doubts.append(.duplicateID) }
    case .notification, .invalid: break
    }
    return nil
  }

  /// Grounds that have nothing to do with content.
  private func refusal(of exchange: Exchange) -> (ground: Policy.Refusal, words: String)? {
    guard direction == .clientToServer, exchange.kind == .request, exchange.method == "tools/call" else { return nil }
    if !session.policy(direction).allows(tool: exchange.subject, of: session.server) {
      return (.toolNotAllowed, "the tool is not in allowed_tools")
    }
    if session.withState({ $0.isWithheld(exchange.subject) }) {
      return (.toolNotAllowed, "the tool was withheld from the list of tools")
    }
    if let limit = session.policy(direction).settings.agent(session.server)?.ratePerMinute {
      let now = session.clock.steady()
      if !session.withState({ $0.admitsCall(at: now, perMinute: limit) }) {
        return (.rateLimited, "more than \(limit) calls in a minute")
      }
    }
    return nil
  }

  private func noteMoot(_ judged: inout JudgedMessage) {
    guard judged.message.method == "notifications/cancelled", !judged.decision.isStopped,
      let id = judged.inspection.facts.cancelledID,
      session.withState({ $0.cancelsStoppedRequest(id, direction) })
    else { return }
    judged.isMoot = true
    judged.reason = "cancels a request that was stopped"
    judged.decision.isStopped = true
    judged.decision.status = .rejected
  }
}

extension Exchange {
  /// What a response inherits from its request.
  mutating func answer(_ request: PendingRequests.Request) {
    method = request.method
    subject = request.subject
    isModern = request.isModern
  }
}
