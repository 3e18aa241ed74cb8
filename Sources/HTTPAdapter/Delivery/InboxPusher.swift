import Audit
import Guard

/// Sends messages to the address of their recipient (`agents.NAME.deliver_to`), until it is cancelled.
///
/// A message whose address answers with a status from 200 to 299 counts as acknowledged. Until then it can be fetched, and
/// is tried again for as long as it is there.
package struct InboxPusher: Sendable {
  /// An agent with an address.
  package struct Recipient: Sendable {
    package var agent: AgentName
    package var url: TargetURL
    /// Whether the address may be one that is not public.
    package var allowsPrivate: Bool

    /// Private addresses are for those who write one.
    package init(agent: AgentName, url: TargetURL) {
      self.agent = agent
      self.url = url
      allowsPrivate = url.isPlainlyPrivate
    }
  }

  private let desk: InboxDesk
  private let recipients: @Sendable () -> [Recipient]
  private let log: @Sendable (String) -> Void
  private let owner = "\(UInt64.random(in: 0 ... .max))"
  var client = OutboundClient()
  var schedule = RetrySchedule()
  var pollMilliseconds = 500

  private static let batch = 4
  private static let leaseSeconds: Int64 = 120

  /// - Parameters:
  ///   - path: the database.
  ///   - recipients: as the config has them at the moment.
  package init(
    path: String, recipients: @escaping @Sendable () -> [Recipient],
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    desk = InboxDesk(path: path)
    self.recipients = recipients
    self.log = log
  }

  package func run() async {
    let busy = BusyNames()
    var isFailing = false
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        for recipient in recipients() where !busy.names.contains(recipient.agent.description) {
          switch await claim(recipient.agent) {
          case .success(let messages)?:
            isFailing = false
            guard !messages.isEmpty else { continue }
            busy.insert(recipient.agent.description)
            group.addTask {
              await serve(recipient, messages)
              busy.remove(recipient.agent.description)
            }
          case .failure(let error)?:
            if !isFailing { log("deliver_to: \(error)") }
            isFailing = true
          case nil: break
          }
        }
        try? await Task.sleep(for: .milliseconds(pollMilliseconds))
      }
    }
    _ = await desk.run { [owner] (inbox) throws(DatabaseError) in try inbox.release(owner: owner) }
  }

  /// Sends what was taken for a recipient, and then what is due next, until nothing is.
  private func serve(_ recipient: Recipient, _ messages: [InboxMessage]) async {
    var messages = messages
    while !messages.isEmpty {
      for message in messages where !Task.isCancelled { await send(message, to: recipient) }
      // An address that the config has changed meanwhile is for the next round of `run`.
      guard !Task.isCancelled, recipients().contains(where: { $0.agent == recipient.agent && $0.url == recipient.url }),
        case .success(let next)? = await claim(recipient.agent)
      else { return }
      messages = next
    }
  }

  private func claim(_ agent: AgentName) async -> Result<[InboxMessage], DatabaseError>? {
    await desk.run { [owner] (inbox) throws(DatabaseError) in
      let now = Timestamp.now
      return try inbox.claim(
        for: agent, owner: owner, at: now, lease: now + Self.leaseSeconds * 1_000_000, limit: Self.batch)
    }
  }

  private func send(_ message: InboxMessage, to recipient: Recipient) async {
    guard let body = InboxDocument.bytes(message, to: recipient.agent) else {
      return await postpone(message, by: schedule.endlessDelay(afterAttempts: Int.max))
    }
    let headers = [
      ("Content-Type", "application/json"), ("User-Agent", "oktsec"), ("X-Oktsec-Event", "message"),
      ("X-Oktsec-Delivery", message.id.description),
    ]
    let outcome = await client.post(
      recipient.url, headers: headers, body: body, allowsPrivate: recipient.allowsPrivate, attempt: message.attempts)
    guard let problem = WebhookSender.problem(outcome) else {
      _ = await desk.run { (inbox) throws(DatabaseError) in try inbox.finish(message) }
      return
    }
    // An attempt that our own end broke off does not count.
    if Task.isCancelled { return }
    if message.attempts == 0 { log("deliver_to of \(recipient.agent): \(problem)") }
    var retryAfter: Int?
    if case .answered(_, let after) = outcome { retryAfter = after }
    await postpone(message, by: schedule.endlessDelay(afterAttempts: message.attempts, retryAfter: retryAfter))
  }

  private func postpone(_ message: InboxMessage, by delay: Int64) async {
    _ = await desk.run { [owner] (inbox) throws(DatabaseError) in
      try inbox.postpone(message, owner: owner, until: Timestamp.now + delay)
    }
  }
}
