import Audit
import Guard
import JSONRPC

/// `GET /v1/inbox/{agent}` and `DELETE /v1/inbox/{agent}/{message_id}`: agents fetch what was allowed for them.
///
/// Each request is signed by the agent's key, and its signature counts once. A message is there until it is acknowledged.
package struct InboxService: Endpoint {
  private let desk: InboxDesk
  let watch: InboxWatch
  private let places: WaitingPlaces
  private let sink: any AuditSink
  private let identity: @Sendable () -> InboxIdentity
  private let session: String
  private let now: @Sendable () -> Int64
  private let isStopped = Current(false)
  var keepAliveSeconds = 15
  var longestStreamSeconds = 3600

  /// The longest `wait`, in seconds.
  package static let longestWait = 60
  private static let waitersAtOnce = 256
  private static let waitersOfOneAgent = 4

  /// - Parameters:
  ///   - path: the database.
  ///   - sink: gets the records of refusals.
  ///   - session: of this server, for those records.
  ///   - identity: keys and window as they are at the moment.
  package init(
    path: String, sink: any AuditSink, session: String, identity: @escaping @Sendable () -> InboxIdentity,
    now: @escaping @Sendable () -> Int64 = { Timestamp.now }
  ) {
    desk = InboxDesk(path: path)
    watch = InboxWatch(desk)
    places = WaitingPlaces(maximum: Self.waitersAtOnce, maximumEach: Self.waitersOfOneAgent)
    self.sink = sink
    self.session = session
    self.identity = identity
    self.now = now
  }

  /// Ends event streams and waits, so that a server that stops is not held up by them. Requests that come later do not wait.
  package func stop() {
    isStopped.value = true
    Task { await watch.stop() }
  }

  /// With the agent, and for `DELETE` the message, in `parameters`.
  package func answer(_ request: EndpointRequest) async -> EndpointReply {
    guard let agent = request.parameters.first.flatMap({ AgentName($0) }) else { return Self.noInbox }
    switch (request.method, request.parameters.count) {
    case ("GET", 1):
      let query: InboxQuery
      do throws(InboxQuery.Defect) {
        query = try InboxQuery(request.query, headers: request.headers)
      } catch {
        return .error(400, error.reason)
      }
      if let refusal = await refusal(request, agent) { return refusal }
      return query.isStream ? stream(agent) : await page(agent, query)
    case ("DELETE", 2):
      guard request.query.isEmpty else { return .error(400, "an acknowledgement takes no query") }
      if let refusal = await refusal(request, agent) { return refusal }
      return await acknowledge(request.parameters[1], agent)
    default:
      let allowed = request.parameters.count == 1 ? "GET" : "DELETE"
      return .error(405, "the method is not allowed here", headers: HeaderList([("Allow", allowed)]))
    }
  }

  // MARK: Who asks

  /// Nil when the request is signed by the agent, now, for the first time.
  private func refusal(_ request: EndpointRequest, _ agent: AgentName) async -> EndpointReply? {
    let signed: RecipientSignature
    do throws(RecipientSignature.Defect) {
      signed = try RecipientSignature(method: request.method, path: request.path, headers: request.headers)
    } catch {
      switch error {
      case .absent:
        return .error(
          401, "sign METHOD LF path LF timestamp with the agent's key; see X-Oktsec-Timestamp and X-Oktsec-Signature",
          headers: HeaderList([("WWW-Authenticate", "Oktsec-Signature realm=\"inbox\"")]))
      case .malformed(let reason): return .error(400, reason)
      }
    }
    let identity = identity()
    guard let keyring = identity.keyring else { return Self.unavailable }
    let now = now()
    switch signed.verify(agent, keyring, at: now, window: identity.window) {
    case .rejected(let rejection, let fingerprint):
      record(rejection.decision, rejection.rawValue, request, agent, signed, fingerprint, at: now)
      return Self.refused(rejection.decision)
    case .verified(let fingerprint, let replayKey):
      // From then on its timestamp is stale.
      let until = signed.moment + Int64(identity.window.pastSeconds + 1) * 1_000_000
      switch await desk.run({ (inbox) throws(DatabaseError) in try inbox.noteOnce(replayKey, until: until) }) {
      case .success(true)?: return nil
      case .success(false)?:
        record(.replayed, "seen before", request, agent, signed, fingerprint, at: now)
        return Self.refused(.replayed)
      case .failure?: return Self.unavailable
      case nil: return .busy()
      }
    }
  }

  private func record(
    _ decision: PolicyDecision, _ reason: String, _ request: EndpointRequest, _ agent: AgentName,
    _ signed: RecipientSignature, _ fingerprint: Fingerprint?, at now: Int64
  ) {
    var entry = AuditEntry(
      id: EventID(microseconds: now), timestamp: now, from: agent.description, to: "oktsec",
      contentHash: signed.digest, status: .rejected, decision: decision, session: session,
      direction: .clientToServer, verdict: .clean, action: .stopped, bytes: signed.payload.count)
    entry.method = request.method == "GET" ? "inbox/get" : "inbox/delete"
    entry.reason = reason
    entry.signature = decision == .replayed ? .verified : .invalid
    entry.fingerprint = fingerprint?.hex
    entry.senderTimestamp = signed.timestamp
    _ = sink.enqueue(entry, mayWait: false)
  }

  private static func refused(_ decision: PolicyDecision) -> EndpointReply {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member(
        "error", decision == .replayed ? "the signature is stale or was used" : "the signature does not hold")
      writer.member("policy_decision", decision.rawValue)
    }
    return .json(status: 403, writer.bytes)
  }

  // MARK: Messages

  private func page(_ agent: AgentName, _ query: InboxQuery) async -> EndpointReply {
    guard query.wait > 0 else { return await page(agent) }
    guard let place = places.take(agent) else { return Self.tooMany }
    defer { withExtendedLifetime(place) {} }
    let deadline = ContinuousClock.now + .seconds(query.wait)
    switch await desk.run({ (inbox) throws(DatabaseError) in try inbox.hasMessage(for: agent) }) {
    case .success(false)?: await watch.wait(for: agent, after: 0, until: deadline)
    default: break
    }
    return await page(agent)
  }

  private func page(_ agent: AgentName) async -> EndpointReply {
    switch await desk.run({ (inbox) throws(DatabaseError) in try inbox.messages(for: agent) }) {
    case nil: return .busy()
    case .failure?: return Self.unavailable
    case .success(let page)?:
      var writer = JSONWriter()
      writer.object { writer in
        writer.name("messages")
        writer.array { writer in
          for message in page.messages {
            guard let document = InboxDocument.bytes(message, to: agent) else { continue }
            writer.element()
            writer.raw(document)
          }
        }
        writer.member("more", page.hasMore)
      }
      return .json(status: 200, writer.bytes, headers: Self.notStored)
    }
  }

  private func acknowledge(_ name: String, _ agent: AgentName) async -> EndpointReply {
    switch await desk.run({ (inbox) throws(DatabaseError) in try inbox.acknowledge(name, by: agent) }) {
    case nil: return .busy()
    case .failure?: return Self.unavailable
    case .success(.acknowledged)?: return EndpointReply(status: 204)
    case .success(.unknown)?: return .error(404, "there is no such message; perhaps it was acknowledged before")
    case .success(.ambiguous)?:
      return .error(409, "two senders gave this message_id; acknowledge by the id that the inbox shows")
    }
  }

  /// Events as they come. Each is made when the one before it was taken, so that a slow reader costs no memory.
  private func stream(_ agent: AgentName) -> EndpointReply {
    guard let place = places.take(agent) else { return Self.tooMany }
    let events = InboxEvents(
      agent: agent, desk: desk, watch: watch, place: place, keepAliveSeconds: keepAliveSeconds,
      end: .now + .seconds(longestStreamSeconds),
      isAllowed: { [identity, isStopped] in !isStopped.value && identity().allows(agent) })
    let stream = AsyncStream<[UInt8]>(unfolding: { await events.next() }, onCancel: { events.cancel() })
    var headers = Self.notStored
    headers.append("Content-Type", "text/event-stream")
    return EndpointReply(status: 200, headers: headers, body: .stream(stream))
  }

  private static let notStored = HeaderList([("Cache-Control", "no-store")])
  private static let noInbox = EndpointReply.error(404, "there is no such inbox")
  private static let unavailable = EndpointReply.error(
    503, "the inbox cannot be read", headers: HeaderList([("Retry-After", "1")]))
  private static let tooMany = EndpointReply.error(
    429, "too many wait for messages", headers: HeaderList([("Retry-After", "5")]))
}

/// Keys and window as the config has them at the moment.
package struct InboxIdentity: Sendable {
  /// Nil when the keys or the revocations cannot be read: then nobody is let in.
  package var keyring: Keyring?
  package var window: FreshnessWindow

  package init(keyring: Keyring?, window: FreshnessWindow = FreshnessWindow()) {
    self.keyring = keyring
    self.window = window
  }

  /// Whether an agent that was let in may stay.
  func allows(_ agent: AgentName) -> Bool {
    guard let keyring, let fingerprint = keyring.fingerprint(of: agent) else { return false }
    return !keyring.revoked.contains(fingerprint)
  }
}
