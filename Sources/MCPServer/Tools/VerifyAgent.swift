import Guard

/// `verify_agent`: does this signature hold, and is it this agent's? Checks only: what is checked can still be sent once.
struct VerifyAgent: Tool {
  let system: GuardedSystem

  private static let agent = Argument<AgentName>.required("agent", .agentName, "Whose key must have signed.")
  private static let from = Argument<AgentName>.required("from", .agentName, "The sender in the signed payload.")
  private static let to = Argument<AgentName>.required("to", .agentName, "The recipient in the signed payload.")
  private static let content = Argument<String>.required("content", .text, "The signed text.")
  private static let timestamp = Argument<String>.required(
    "timestamp", .shortText(upTo: 40), "The moment in the signed payload, as RFC 3339 writes it.")
  private static let signature = Argument<String>.required(
    "signature", .shortText(upTo: 128), "Ed25519 over from, to, content and timestamp, joined by line feeds; base64.")

  private struct Answer {
    let agent: AgentName
    let isVerified: Bool
    let fingerprint: Fingerprint?
    let reason: String

    static let form = OutputForm<Answer>([
      .text("agent") { $0.agent.description },
      .flag("verified") { $0.isVerified },
      .optionalText("fingerprint", "SHA-256 of the agent's public key; absent without a key.") { $0.fingerprint?.hex },
      .choice("reason", Self.reasons) { $0.reason },
    ])

    static let reasons = [verified] + SenderRejection.allCases.map(\.rawValue) + [otherSender]
    static let verified = "verified"
    static let otherSender = "not_the_sender"
  }

  let declaration = ToolDeclaration(
    name: "verify_agent", title: "Verify an agent's signature",
    description: """
      Checks whether a message was signed by an agent's key: known, not revoked, the signature valid and recent. Does \
      not use the message up.
      """,
    arguments: [Self.agent, Self.from, Self.to, Self.content, Self.timestamp, Self.signature],
    outputSchema: Answer.form.schema, hints: .readOnly)

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    let (agent, from, to) = (try arguments[Self.agent], try arguments[Self.from], try arguments[Self.to])
    let (content, timestamp) = (try arguments[Self.content], try arguments[Self.timestamp])
    let signature = try arguments[Self.signature]
    let payload: SignedPayload
    do throws(SignedPayloadError) {
      payload = try SignedPayload(
        from: from.description, to: to.description, content: content, timestamp: timestamp)
    } catch {
      throw ArgumentProblem(error.reason)
    }
    let keyring: Keyring
    do throws(KeyringUnavailable) {
      keyring = try system.keyring()
    } catch {
      return .complete(.failure("No signature can be checked: \(error)."))
    }
    let answer = judge(payload, Signature(base64: signature), of: agent, keyring)
    return .complete(.structured(Answer.form.value(answer)))
  }

  private func judge(
    _ payload: SignedPayload, _ signature: Signature?, of agent: AgentName, _ keyring: Keyring
  ) -> Answer {
    guard payload.from == agent else {
      return Answer(
        agent: agent, isVerified: false, fingerprint: keyring.fingerprint(of: agent), reason: Answer.otherSender)
    }
    switch keyring.verify(payload, signature: signature, at: system.clock(), window: system.freshness) {
    case .verified(let sender):
      return Answer(agent: agent, isVerified: true, fingerprint: sender.fingerprint, reason: Answer.verified)
    case .rejected(let rejection, let fingerprint):
      return Answer(agent: agent, isVerified: false, fingerprint: fingerprint, reason: rejection.rawValue)
    }
  }
}
