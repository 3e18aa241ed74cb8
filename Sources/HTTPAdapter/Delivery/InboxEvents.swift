import Audit
import Guard
import JSONRPC

/// The messages of an inbox as server-sent events, each once in a stream. What is not acknowledged comes again with the
/// next stream.
actor InboxEvents {
  private let agent: AgentName
  private let desk: InboxDesk
  private let watch: InboxWatch
  private var place: WaitingPlaces.Place?
  private let keepAliveSeconds: Int
  private let end: ContinuousClock.Instant
  private let isAllowed: @Sendable () -> Bool
  private var number: Int64 = 0
  private var hasBegun = false

  /// Messages in one piece at most, and their bytes.
  private static let pieceMessages = 16
  private static let pieceBytes = 1024 * 1024

  init(
    agent: AgentName, desk: InboxDesk, watch: InboxWatch, place: WaitingPlaces.Place, keepAliveSeconds: Int,
    end: ContinuousClock.Instant, isAllowed: @escaping @Sendable () -> Bool
  ) {
    self.agent = agent
    self.desk = desk
    self.watch = watch
    self.place = place
    self.keepAliveSeconds = keepAliveSeconds
    self.end = end
    self.isAllowed = isAllowed
  }

  /// The next piece of the stream; nil at its end.
  func next() async -> [UInt8]? {
    // A first line at once, so that the client knows that it is heard.
    guard hasBegun else {
      hasBegun = true
      return Array(": oktsec inbox\n\n".utf8)
    }
    while place != nil, !Task.isCancelled, ContinuousClock.now < end, isAllowed() {
      guard case .success(let page)? = await look() else { break }
      if let piece = piece(page) { return piece }
      let beat = ContinuousClock.now + .seconds(keepAliveSeconds)
      await watch.wait(for: agent, after: number, until: min(beat, end))
      if ContinuousClock.now >= beat { return Array(": still here\n\n".utf8) }
    }
    place = nil
    return nil
  }

  nonisolated func cancel() { Task { await letGo() } }

  private func letGo() { place = nil }

  private func look() async -> Result<InboxPage, DatabaseError>? {
    await desk.run { [agent, number] (inbox) throws(DatabaseError) in
      try inbox.messages(for: agent, after: number, limit: Self.pieceMessages, maximumBytes: Self.pieceBytes)
    }
  }

  /// Nil when there is nothing to tell.
  private func piece(_ page: InboxPage) -> [UInt8]? {
    var bytes: [UInt8] = []
    for message in page.messages {
      number = max(number, message.number)
      guard let document = InboxDocument.bytes(message, to: agent) else { continue }
      bytes += Array("event: message\nid: \(message.id)\ndata: ".utf8)
      // JSON in one line, as the writer gives it.
      bytes += document
      bytes += [0x0A, 0x0A]
    }
    return bytes.isEmpty ? nil : bytes
  }
}
