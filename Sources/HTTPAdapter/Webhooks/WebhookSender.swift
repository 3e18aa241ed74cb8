import Audit
import Guard

/// Tells webhooks what waits for them in the outbox, until it is cancelled.
///
/// Several processes may do so on one database: each notice is taken by one at a time, and by another when that one ends
/// before it is done. Each webhook is served by itself, so that one that hangs holds up no other. A notice may come twice
/// (`X-Oktsec-Delivery` is then the same); none is lost before it is given up.
package struct WebhookSender: Sendable {
  private let desk: SenderDesk
  private let targets: @Sendable () -> [WebhookTarget]
  private let log: @Sendable (String) -> Void
  var client = OutboundClient()
  var schedule = RetrySchedule()
  var pollMilliseconds = 1000

  /// Notices taken at once for one webhook. Sent one after the other, each in at most the client's time.
  private static let batch = 4
  /// Longer than a batch takes.
  private static let leaseSeconds: Int64 = 120
  private static let beatMilliseconds = 10_000

  /// - Parameters:
  ///   - path: the database.
  ///   - targets: the webhooks as the config names them at the moment.
  ///   - log: gets one line for each kind of trouble, without anything that a peer wrote.
  package init(
    path: String, targets: @escaping @Sendable () -> [WebhookTarget],
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    desk = SenderDesk(path: path)
    self.targets = targets
    self.log = log
  }

  /// Returns when the task is cancelled; a notice that is just being sent may then be sent again later.
  package func run() async {
    let busy = BusyNames()
    var nextBeat = ContinuousClock.now
    var isFailing = false
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let targets = targets()
        do throws(SenderFailure) {
          if !targets.isEmpty, ContinuousClock.now >= nextBeat {
            try await desk.beat()
            nextBeat = .now + .milliseconds(Self.beatMilliseconds)
          }
          let idle = Set(targets.map(\.name)).subtracting(busy.names)
          let claimed = try await desk.claim(
            for: targets.map(\.interest), only: idle, leaseSeconds: Self.leaseSeconds, limit: Self.batch)
          isFailing = false
          for (name, deliveries) in Dictionary(grouping: claimed, by: \.target) {
            guard let target = targets.first(where: { $0.name == name }) else { continue }
            busy.insert(name)
            group.addTask {
              await serve(target, deliveries)
              busy.remove(name)
            }
          }
        } catch {
          // Once for each outage.
          if !isFailing { log("webhooks: \(error)") }
          isFailing = true
        }
        try? await Task.sleep(for: .milliseconds(pollMilliseconds))
      }
    }
    try? await desk.release()
  }

  /// Sends a notice of the event `test`, at once and once.
  ///
  /// - Returns: nil when the webhook took it, else why not.
  package func test(_ target: WebhookTarget) async -> String? {
    guard let body = WebhookNotice.test().body(target.template) else { return Self.noJSON }
    let outcome = await post(body, event: "test", delivery: "test", to: target, attempt: 0)
    return Self.problem(outcome)
  }

  /// Sends what was taken for a webhook, and then what is due next, until nothing is.
  private func serve(_ target: WebhookTarget, _ deliveries: [OutboxDelivery]) async {
    var (target, deliveries) = (target, deliveries)
    while !deliveries.isEmpty {
      for delivery in deliveries where !Task.isCancelled { await send(delivery, to: target) }
      // As the config has it by now.
      let targets = targets()
      guard !Task.isCancelled, let same = targets.first(where: { $0.name == target.name }) else { return }
      target = same
      // Trouble is seen and told by `run`.
      let next = try? await desk.claim(
        for: targets.map(\.interest), only: [target.name], leaseSeconds: Self.leaseSeconds, limit: Self.batch)
      deliveries = next ?? []
    }
  }

  // MARK: One notice

  private func send(_ delivery: OutboxDelivery, to target: WebhookTarget) async {
    let notice = WebhookNotice(event: delivery.event, record: delivery.record)
    guard let body = notice.body(target.template) else {
      return await settle { (desk) async throws(SenderFailure) in try await desk.giveUp(delivery, Self.noJSON) }
    }
    let outcome = await post(
      body, event: delivery.event, delivery: "\(delivery.record.id).\(delivery.event)", to: target,
      attempt: delivery.attempts)
    guard let problem = Self.problem(outcome) else {
      return await settle { (desk) async throws(SenderFailure) in try await desk.finish(delivery) }
    }
    // An attempt that our own end broke off does not count.
    if Task.isCancelled { return }
    var retryAfter: Int?
    if case .answered(let status, let after) = outcome {
      // Gone: for good, as the other side says.
      if status == 410 { return await giveUp(delivery, problem) }
      retryAfter = after
    }
    guard let delay = schedule.delay(afterAttempts: delivery.attempts, retryAfter: retryAfter) else {
      return await giveUp(delivery, problem)
    }
    await settle { (desk) async throws(SenderFailure) in try await desk.postpone(delivery, by: delay) }
  }

  private func giveUp(_ delivery: OutboxDelivery, _ problem: String) async {
    log("webhook \(delivery.target): given up after \(delivery.attempts + 1) attempts: \(problem)")
    await settle { (desk) async throws(SenderFailure) in try await desk.giveUp(delivery, problem) }
  }

  /// What cannot be written down is tried again when its lease is over.
  private func settle(_ body: (SenderDesk) async throws(SenderFailure) -> Void) async {
    do throws(SenderFailure) { try await body(desk) } catch { log("webhooks: \(error)") }
  }

  private func post(
    _ body: [UInt8], event: String, delivery: String, to target: WebhookTarget, attempt: Int
  ) async -> OutboundClient.Outcome {
    let timestamp = String(Timestamp.now / 1_000_000)
    var headers = [
      ("Content-Type", "application/json"), ("User-Agent", "oktsec"), ("X-Oktsec-Event", event),
      ("X-Oktsec-Delivery", delivery), ("X-Oktsec-Timestamp", timestamp),
    ]
    if let secret = target.secret {
      headers.append(("X-Oktsec-Signature", Self.signature(secret: secret, timestamp: timestamp, body: body)))
    }
    return await client.post(
      target.url, headers: headers, body: body, allowsPrivate: target.allowsPrivate, attempt: attempt)
  }

  /// `sha256=` and the HMAC in lower-case hexadecimal over `timestamp . body`.
  static func signature(secret: String, timestamp: String, body: [UInt8]) -> String {
    "sha256=" + HMAC.sha256(key: Array(secret.utf8), Array(timestamp.utf8) + [UInt8(ascii: ".")] + body).hex
  }

  private static let noJSON = "its template gives no JSON"

  /// Nil when it was taken.
  static func problem(_ outcome: OutboundClient.Outcome) -> String? {
    switch outcome {
    case .answered(200..<300, _): nil
    case .answered(300..<400, _): "it answered with a redirect, which is not followed"
    case .answered(let status, _): "it answered with status \(status)"
    case .failed(let problem): problem
    }
  }
}
