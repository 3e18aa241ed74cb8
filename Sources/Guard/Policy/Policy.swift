/// The one place where findings, settings and the form of a frame become a decision. Pure.
package struct Policy: Sendable {
  package let settings: PolicySettings

  package init(_ settings: PolicySettings = PolicySettings()) {
    self.settings = settings
  }

  /// What the config makes of findings in one place.
  ///
  /// - Parameters:
  ///   - agent: the wrapped server's label, or the sender of a message.
  ///   - now: microseconds since 1970.
  package func effects(agent: String, tool: String, direction: Direction, now: Int64) -> FindingEffects {
    let blocked = settings.agent(agent)?.blockedContent ?? BlockedContent()
    guard !settings.overrides.isEmpty || !blocked.isEmpty else { return .none }
    return FindingEffects(
      overrides: settings.overrides.filter {
        $0.applies(rule: $0.rule, agent: agent, tool: tool, direction: direction, now: now)
      }, blocked: blocked)
  }

  /// Whether a wrapped server's tool may be listed and called at all.
  package func allows(tool: String, of agent: String) -> Bool {
    settings.agent(agent)?.allowedTools?.contains(tool) ?? true
  }

  /// Decides about one message.
  ///
  /// - Parameters:
  ///   - verdict: what the findings call for.
  ///   - isReadable: false when the frame has a defect by which it could be read in another way than it was judged.
  ///   - refusal: a ground that has nothing to do with content; it holds in both modes.
  package func decide(verdict: Verdict, isReadable: Bool = true, refusal: Refusal? = nil) -> Decision {
    if let refusal {
      return Decision(policy: refusal.policy, verdict: verdict, isStopped: true, status: .rejected)
    }
    let acts = settings.mode == .enforce
    switch verdict {
    case .block:
      return Decision(policy: .contentBlocked, verdict: verdict, isStopped: acts, status: acts ? .blocked : .delivered)
    case .quarantine:
      let holds = settings.quarantineEnabled
      return Decision(
        policy: holds ? .contentQuarantined : .contentBlocked, verdict: verdict, isStopped: acts,
        status: acts ? (holds ? .quarantined : .blocked) : .delivered)
    case .flag, .clean:
      guard isReadable else {
        return Decision(policy: .uninspectable, verdict: verdict, isStopped: acts, status: acts ? .error : .delivered)
      }
      return Decision(
        policy: verdict == .flag ? .contentFlagged : .allow, verdict: verdict, isStopped: false, status: .delivered)
    }
  }

  /// Grounds to refuse a message that hold in both modes.
  package enum Refusal: Sendable {
    case toolNotAllowed, rateLimited

    var policy: PolicyDecision {
      switch self {
      case .toolNotAllowed: .toolNotAllowed
      case .rateLimited: .rateLimited
      }
    }
  }
}
