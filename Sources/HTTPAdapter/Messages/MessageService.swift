import Audit
import Guard
import JSONRPC
import MCPServer

/// `POST /v1/message` without HTTP: the bytes of a body in, status and JSON out (contract, section 5).
///
/// It adds no policy of its own: the inspection, the decision and the record are those of every other door. Takes many
/// messages at once, each on the thread that calls.
package final class MessageService: Sendable {
  private struct Setup: Sendable {
    let settings: MessageSettings
    let inspectors: InspectorPool
  }

  private let setup: Current<Setup>
  private let store: any MessageStore
  private let keyring: @Sendable () throws(KeyringUnavailable) -> Keyring
  private let addressRate: AddressRate
  private let agentRates = AgentRates()
  private let session: String
  private let clock: ServiceClock

  /// How long a reply waits for its record (contract, section 6).
  static let commitMilliseconds = 2000

  /// - Parameters:
  ///   - keyring: the keys at the moment; asked for each signed message.
  ///   - session: names this run in the records.
  package init(
    settings: MessageSettings, rules: RuleSet, store: any MessageStore,
    keyring: @escaping @Sendable () throws(KeyringUnavailable) -> Keyring,
    addressRate: AddressRate = AddressRate(perMinute: 1200), session: String, clock: ServiceClock
  ) {
    setup = Current(Self.setup(settings, rules))
    self.store = store
    self.keyring = keyring
    self.addressRate = addressRate
    self.session = session
    self.clock = clock
  }

  /// Lets a changed config hold for the messages that come from now on.
  package func adopt(_ settings: MessageSettings, rules: RuleSet) { setup.value = Self.setup(settings, rules) }

  /// Judges on the calling thread.
  ///
  /// - Parameters:
  ///   - mayWait: whether the thread may be blocked while the store has no room, at most 2 s; else 503 is the answer then.
  ///   - finish: called once, when the record is committed or 2 s have passed: by this thread, or by one that must not be
  ///     held up.
  package func answer(
    _ body: [UInt8], from peer: Peer, mayWait: Bool, then finish: @escaping @Sendable (MessageAnswer) -> Void
  ) {
    switch judge(body, from: peer) {
    case .answered(let answer): finish(answer)
    case .judged(let draft, let retryAfter): commit(draft, retryAfter, mayWait: mayWait, then: finish)
    }
  }

  /// Whether a message is judged in a fraction of a millisecond, and its record will find room: then no thread of its own
  /// is needed.
  func isQuick(_ body: [UInt8]) -> Bool { body.count <= Self.quickBytes && store.hasMuchRoom }

  private static let quickBytes = 4096

  private enum Judgement {
    case answered(MessageAnswer)
    /// To be recorded before it is answered.
    case judged(Draft, retryAfter: Int?)
  }

  private func judge(_ body: [UInt8], from peer: Peer) -> Judgement {
    let setup = setup.value
    let started = clock.steady()
    if let wait = addressRate.admit(peer, at: started) { return .answered(tooManyFrom(body, wait)) }
    return body.withUnsafeBytes { bytes in
      do throws(IncomingMessage.Malformed) {
        let message = try IncomingMessage(parsing: bytes, maximumDepth: setup.settings.policy.settings.limits.maxDepth)
        return judge(message, in: bytes, body, setup, started: started)
      } catch {
        return .answered(MessageAnswer(.error(400, error.reason)))
      }
    }
  }

  private static func setup(_ settings: MessageSettings, _ rules: RuleSet) -> Setup {
    Setup(
      settings: settings,
      inspectors: InspectorPool(
        rules: rules, maximumDepth: settings.policy.settings.limits.maxDepth + MessageInspection.addedDepth))
  }

  // MARK: Steps

  private func judge(
    _ message: IncomingMessage, in bytes: UnsafeRawBufferPointer, _ body: [UInt8], _ setup: Setup, started: Int64
  ) -> Judgement {
    let now = clock.now()
    var entry = newEntry(at: now, from: message.from.description, to: message.to.description, bytes)
    entry.senderTimestamp = message.signature == nil ? nil : message.timestamp
    let settings = setup.settings

    let identity: Identity
    do throws(KeyringUnavailable) {
      identity = try identify(message, settings, at: now)
    } catch {
      return .answered(unavailable(entry, message))
    }
    var draft = Draft(entry: entry, message: message, body: body, heldUntil: now + settings.quarantineLifetime)
    var known: Keyring?
    switch identity {
    case .refused(let decision, let fingerprint):
      draft.entry.signature = message.signature == nil ? .absent : .invalid
      draft.entry.fingerprint = fingerprint?.hex
      return refuse(draft, decision, started)
    case .unsigned: break
    case .verified(let sender, let until, let keyring):
      known = keyring
      draft.entry.signature = .verified
      draft.entry.fingerprint = sender.fingerprint.hex
      draft.submission.signedOnce = MessageSubmission.SignedOnce(key: sender.replayKey, until: until)
    }

    let limit = settings.policy.settings.agents[message.from]?.ratePerMinute
    if let wait = agentRates.admit(message.from, at: started, perMinute: limit) {
      // It may come again as it is.
      draft.submission.signedOnce = nil
      return refuse(draft, .rateLimited, started, retryAfter: Self.seconds(wait))
    }
    // What an impostor sends, or what is to be sent again, must not use an id up; from here on it counts.
    if message.messageID != nil {
      draft.submission.attempt = MessageSubmission.Attempt(
        payloadHash: message.payloadHash(in: bytes), until: now + settings.freshness.microseconds)
    }
    guard settings.policy.settings.allowsMessage(from: message.from, to: message.to) else {
      return refuse(draft, .aclDenied, started)
    }

    let inspection = setup.inspectors.with {
      MessageInspection(
        inspector: $0, policy: settings.policy, body: bytes, message: message,
        maximumDepth: setup.inspectors.maximumDepth
      ).run(at: now)
    }
    draft.take(inspection, settings.policy.decide(verdict: inspection.verdict, isReadable: !inspection.isExhausted))
    draft.submission.isDelivered = canFetch(message.to, settings, known)
    return finished(draft, started)
  }

  /// Whether anybody could get a message for this agent: by its key, or because it is sent to its address.
  ///
  /// - Parameter known: the keys, when they have been read already.
  private func canFetch(_ recipient: AgentName, _ settings: MessageSettings, _ known: Keyring?) -> Bool {
    if settings.pushed.contains(recipient) { return true }
    // A key that cannot be read now may be read later.
    guard let keyring = known ?? (try? keyring()) else { return true }
    return keyring.keys[recipient] != nil
  }

  private enum Identity {
    case verified(VerifiedSender, until: Int64, Keyring)
    case unsigned
    case refused(PolicyDecision, Fingerprint?)
  }

  private func identify(
    _ message: IncomingMessage, _ settings: MessageSettings, at now: Int64
  ) throws(KeyringUnavailable) -> Identity {
    guard let text = message.signature else {
      return settings.requiresSignature ? .refused(.signatureRequired, nil) : .unsigned
    }
    // Names and timestamp were checked when the message was read.
    guard let timestamp = message.timestamp, let payload = message.signedPayload(timestamp) else {
      return .refused(.identityRejected, nil)
    }
    let keyring = try keyring()
    switch keyring.verify(
      payload, signature: Signature(base64: text), at: now, window: settings.freshness)
    {
    case .verified(let sender):
      // A second more than it is fresh, so that the last moment is covered.
      return .verified(
        sender, until: payload.moment + Int64(settings.freshness.pastSeconds) * 1_000_000 + 1_000_000,
        keyring)
    case .rejected(let reason, let fingerprint): return .refused(reason.decision, fingerprint)
    }
  }

  // MARK: Ends

  private func refuse(
    _ refused: Draft, _ decision: PolicyDecision, _ started: Int64, retryAfter: Int? = nil
  ) -> Judgement {
    var draft = refused
    draft.entry.decision = decision
    draft.entry.status = .rejected
    draft.entry.action = .stopped
    return finished(draft, started, retryAfter: retryAfter)
  }

  private func finished(_ judged: Draft, _ started: Int64, retryAfter: Int? = nil) -> Judgement {
    var draft = judged
    draft.entry.latency = clock.steady() - started
    return .judged(draft, retryAfter: retryAfter)
  }

  private func commit(
    _ draft: Draft, _ retryAfter: Int?, mayWait: Bool, then finish: @escaping @Sendable (MessageAnswer) -> Void
  ) {
    store.commit(
      draft.submission, with: draft.entry, withinMilliseconds: Self.commitMilliseconds, mayWait: mayWait
    ) { [self] outcome in finish(answer(outcome, draft, retryAfter)) }
  }

  private func answer(_ outcome: SubmissionOutcome, _ draft: Draft, _ retryAfter: Int?) -> MessageAnswer {
    switch outcome {
    case .recorded(let entry): MessageAnswer(entry, draft.id, retryAfter: retryAfter)
    case .earlier(let entry), .repeated(let entry): MessageAnswer(entry, draft.id)
    case .inboxFull(let entry): MessageAnswer(entry, draft.id, retryAfter: Self.fullInboxSeconds)
    case .conflict: MessageAnswer(.error(409, "this message_id stands for another message of the same sender"))
    case .late, .dropped: unavailable(draft.entry, draft.id)
    }
  }

  /// When a sender may look again whether the recipient has fetched something.
  private static let fullInboxSeconds = 60

  /// Nothing may be promised: the record is not known to stand, or the keys could not be read.
  private func unavailable(_ entry: AuditEntry, _ id: String) -> MessageAnswer {
    var entry = entry
    entry.status = .error
    entry.decision = .auditUnavailable
    entry.findings = []
    return MessageAnswer(entry, id, retryAfter: 1)
  }

  private func unavailable(_ entry: AuditEntry, _ message: IncomingMessage) -> MessageAnswer {
    unavailable(entry, message.messageID?.description ?? entry.id.description)
  }

  /// Nothing was read, so there is nobody whose record it could be.
  private func tooManyFrom(_ body: [UInt8], _ wait: Int64) -> MessageAnswer {
    var entry = body.withUnsafeBytes { newEntry(at: clock.now(), from: "", to: "", $0) }
    entry.status = .rejected
    entry.decision = .rateLimited
    return MessageAnswer(entry, entry.id.description, retryAfter: Self.seconds(wait))
  }

  private func newEntry(at now: Int64, from: String, to: String, _ body: UnsafeRawBufferPointer) -> AuditEntry {
    var entry = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: from, to: to, contentHash: SHA256.digest(body),
      status: .delivered, decision: .allow, session: session, direction: .clientToServer, verdict: .clean,
      action: .forwarded, bytes: body.count)
    entry.method = Self.method
    return entry
  }

  /// What stands in the records in the place of a JSON-RPC method.
  static let method = "v1/message"

  private static func seconds(_ microseconds: Int64) -> Int { Int((microseconds + 999_999) / 1_000_000) }
}

/// A reply, and what metrics want to know of it. The reply is written when it is asked for, by whoever sends it.
package struct MessageAnswer: Sendable {
  private enum Source {
    case reply(EndpointReply)
    case record(AuditEntry, id: String, retryAfter: Int?)
  }

  private let source: Source

  init(_ reply: EndpointReply) { source = .reply(reply) }

  init(_ entry: AuditEntry, _ id: String, retryAfter: Int? = nil) {
    source = .record(entry, id: id, retryAfter: retryAfter)
  }

  package var reply: EndpointReply {
    switch source {
    case .reply(let reply): reply
    case .record(let entry, let id, let retryAfter): MessageReply(entry: entry, id: id).reply(retryAfter: retryAfter)
    }
  }

  /// Nil when the request was no message.
  package var decision: PolicyDecision? {
    if case .record(let entry, _, _) = source { return entry.decision }
    return nil
  }
}

/// Where the time comes from.
package struct ServiceClock: Sendable {
  /// Microseconds since 1970.
  package let now: @Sendable () -> Int64
  /// Microseconds of a clock that does not go back.
  package let steady: @Sendable () -> Int64

  package init(now: @escaping @Sendable () -> Int64, steady: @escaping @Sendable () -> Int64) {
    self.now = now
    self.steady = steady
  }
}

extension FreshnessWindow {
  /// From the first moment at which a timestamp can be fresh to the last.
  var microseconds: Int64 { Int64(pastSeconds + futureSeconds) * 1_000_000 }
}
