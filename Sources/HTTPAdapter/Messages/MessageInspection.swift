import Guard
import JSONRPC

/// Inspects a message between two agents: its content, and each name and string of its metadata, also read together.
///
/// What the config says about either agent applies; the graver result counts, as for `scan_message`.
struct MessageInspection {
  let inspector: Inspector
  let policy: Policy
  let body: UnsafeRawBufferPointer
  let message: IncomingMessage
  /// As the inspector has it.
  let maximumDepth: Int

  /// How much deeper than the body the text is nested that is inspected.
  static let addedDepth = 1

  func run(at now: Int64) -> Inspection {
    let text = notification()
    return text.withUnsafeBytes { text in
      var decoder = MessageDecoder(maximumDepth: maximumDepth)
      // Made from literals that were scanned: decoding it again cannot fail. If it does, nothing was inspected.
      guard case .single(let message)? = try? decoder.decode(text) else {
        var failed = Inspection()
        failed.isExhausted = true
        return failed
      }
      return judge(message, in: text, at: now)
    }
  }

  private func judge(_ decoded: Message, in text: UnsafeRawBufferPointer, at now: Int64) -> Inspection {
    var exchange = Exchange(direction: .clientToServer, server: message.to.description, kind: .notification)
    exchange.method = Self.method
    func inspect(_ agent: AgentName) -> Inspection {
      inspector.inspect(decoded, in: text, exchange: exchange, effects: effects(of: agent, at: now))
    }
    var inspection = inspect(message.from)
    // A second look only where it can differ.
    if let agent = policy.settings.agents[message.to],
      !agent.blockedContent.isEmpty || policy.settings.overrides.contains(where: { $0.agents != nil })
    {
      let other = inspect(message.to)
      if other.verdict > inspection.verdict { inspection = other }
    }
    for index in inspection.findings.indices {
      let pointer = inspection.findings[index].place.pointer
      if pointer.hasPrefix(Self.root) { inspection.findings[index].place.pointer.removeFirst(Self.root.utf8.count) }
    }
    return inspection
  }

  /// The message in the form that the inspector knows: a notification of a method that no protocol defines, so that no
  /// member of it is exempt. The literals are those of the body, byte for byte.
  private func notification() -> [UInt8] {
    var writer = JSONWriter()
    writer.raw(#"{"jsonrpc":"2.0","method":""# + Self.method + #"","params":{"content":""#)
    writer.raw(body[message.contentLiteral])
    writer.raw("\"")
    if let metadata = message.metadata {
      writer.raw(#","metadata":"#)
      writer.raw(body[metadata])
    }
    writer.raw("}}")
    return writer.bytes
  }

  private static let method = "oktsec/message"
  private static let root = "/params"

  private func effects(of agent: AgentName, at now: Int64) -> FindingEffects {
    var settings = policy.settings
    guard !settings.overrides.isEmpty || !settings.agents.isEmpty else { return .none }
    // A message between agents has neither a tool nor a direction.
    settings.overrides.removeAll { $0.tools != nil || $0.direction != nil }
    return Policy(settings).effects(agent: agent.description, tool: "", direction: .clientToServer, now: now)
  }
}
