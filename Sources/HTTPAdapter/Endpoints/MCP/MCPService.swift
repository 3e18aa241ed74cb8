import Guard
import JSONRPC
import MCPServer

/// The MCP server over single requests (Streamable HTTP without sessions): each is answered from what it carries.
///
/// A request of the older generation follows an `initialize` that nobody remembers here; what it agreed on is taken from
/// `MCP-Protocol-Version`, and the client is taken to have no capabilities, so that nothing is ever asked of it.
/// One request after the other: the tools' system is for one thread.
// @unchecked: `system` and `seal` are touched only by the one thread of `pool`; `isStale` is a `Current`.
package final class MCPService: @unchecked Sendable {
  private let pool = WorkerPool(threads: 1, maximumWaiting: 64)
  private let make: @Sendable () -> GuardedSystem?
  private let version: String
  private let principal: String
  private let clock: ServiceClock
  private let isStale = Current(true)
  private var system: GuardedSystem?
  private let seal = StateSeal()

  static let maximumBody = 1 << 20
  static let maximumDepth = 128

  /// - Parameters:
  ///   - version: of the product.
  ///   - system: what the tools show and judge; made on first use and after `renew`. Nil when that is impossible.
  package init(
    version: String, principal: String, clock: ServiceClock, system: @escaping @Sendable () -> GuardedSystem?
  ) {
    self.version = version
    self.principal = principal
    self.clock = clock
    make = system
  }

  /// Has the system made anew for the next request: the config has changed.
  package func renew() { isStale.value = true }

  func answer(_ request: EndpointRequest) async -> EndpointReply {
    await pool.run { self.answerNow(request) } ?? .busy()
  }

  // MARK: The one thread

  private func answerNow(_ request: EndpointRequest) -> EndpointReply {
    let envelope = request.body.withUnsafeBytes { MCPEnvelope($0, maximumDepth: Self.maximumDepth) }
    guard let system = currentSystem() else { return .error(503, "the tools are not available") }
    let session = newSession(system)
    guard let envelope else {
      // The session has the words for what is wrong.
      return MCPReply(session.receive(frame(request.body))).reply(isModern: true)
    }
    let headers: MCPHeaders
    do throws(MCPHeaders.Problem) {
      headers = try MCPHeaders(request.headers, envelope)
    } catch {
      switch error {
      case .unknownVersion: return .error(400, "MCP-Protocol-Version names a revision that is not known")
      case .mismatch(let reason): return MCPReply.mismatch(reason, requestID(in: request.body))
      }
    }
    let isModern = envelope.hasModernMeta
    if !isModern, envelope.method != "initialize" { agree(session, headers.version ?? Self.assumed) }
    let messages = session.receive(frame(request.body)) + session.finish()
    return MCPReply(messages).reply(isModern: isModern)
  }

  /// What a client speaks that does not say it (2025-06-18, transports).
  private static let assumed = ProtocolVersion.march2025

  private func currentSystem() -> GuardedSystem? {
    if isStale.value {
      isStale.value = false
      if let made = make() { system = made }
    }
    return system
  }

  private func newSession(_ system: GuardedSystem) -> Session {
    var limits = SessionLimits()
    limits.depth = Self.maximumDepth
    limits.frameBytes = Self.maximumBody
    limits.values = 100_000
    return Session(
      catalog: GuardCatalog.make(system, version: version), limits: limits, seal: seal, principal: principal,
      clock: clock.now)
  }

  /// The handshake that the client had with some process of ours.
  private func agree(_ session: Session, _ version: ProtocolVersion) {
    guard !version.isModern else { return }
    let text = """
      {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\(version.rawValue)",\
      "capabilities":{},"clientInfo":{"name":"http","version":"0"}}}
      """
    _ = session.receive(frame(Array(text.utf8)))
    _ = session.receive(frame(Array(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.utf8)))
  }

  /// The frame of a text, whatever line breaks it holds: over HTTP the body is the frame.
  private func frame(_ bytes: [UInt8]) -> FrameDecoder.Event {
    .frame(Frame(bytes: bytes, terminator: .none))
  }

  private func requestID(in body: [UInt8]) -> RequestID? {
    var decoder = MessageDecoder(maximumDepth: Self.maximumDepth)
    return body.withUnsafeBytes { text in
      guard case .single(let message)? = try? decoder.decode(text) else { return nil }
      return message.requestID
    }
  }
}
