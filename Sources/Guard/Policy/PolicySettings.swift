/// What the policy needs to know from the user's config. Plain values, shared by all doors and by all threads.
///
/// The defaults are those of a machine without a config (contract, sections 2 and 4).
package struct PolicySettings: Sendable, Equatable {
  package var mode: Mode = .observe
  /// For senders that `agents` does not name.
  package var defaultPolicy: DefaultPolicy = .allow
  package var agents: [AgentName: AgentPolicy] = [:]
  /// In the order of the config. Several may concern one rule.
  package var overrides: [RuleOverride] = []
  /// When false, a verdict `quarantine` blocks instead.
  package var quarantineEnabled = true
  package var blockedReply: BlockedReplyForm = .toolResult
  package var auditFailure: AuditFailurePolicy = .stop
  package var limits = Limits()

  package init() {}

  /// The policy of an agent by a name that was not checked yet. Nil when the name is none, or not configured.
  package func agent(_ name: String) -> AgentPolicy? {
    AgentName(name).flatMap { agents[$0] }
  }

  /// Whether one agent may write to another: `can_message`, or `default_policy` for a sender that is not configured.
  package func allowsMessage(from sender: AgentName, to recipient: AgentName) -> Bool {
    agents[sender]?.canMessage.contains(recipient) ?? (defaultPolicy == .allow)
  }
}

/// Whether content verdicts, and the inability to inspect, are acted on. Ordered by strictness.
package enum Mode: String, Sendable, CaseIterable, Comparable {
  case observe, enforce

  package static func < (left: Mode, right: Mode) -> Bool { left == .observe && right == .enforce }
}

/// What senders may do that the config does not name.
package enum DefaultPolicy: String, Sendable, CaseIterable {
  case allow, deny
}

/// What enforce does when the audit store fails.
package enum AuditFailurePolicy: String, Sendable, CaseIterable {
  case stop, `continue`
}

/// The shape in which a stopped `tools/call` is answered.
package enum BlockedReplyForm: String, Sendable, CaseIterable {
  case toolResult = "tool_result"
  case error
}

/// What one agent, or one wrapped server by its label, may do.
package struct AgentPolicy: Sendable, Equatable {
  package var canMessage: Recipients = .anyone
  /// Nil: every tool. Empty: none.
  package var allowedTools: ToolNames?
  package var blockedContent = BlockedContent()
  /// Messages or calls in a minute. Nil: no limit.
  package var ratePerMinute: Int?

  package init() {}
}

/// Whom an agent may write to.
package enum Recipients: Sendable, Equatable {
  case anyone
  /// Empty: no one.
  case only(Set<AgentName>)

  package func contains(_ name: AgentName) -> Bool {
    switch self {
    case .anyone: true
    case .only(let names): names.contains(name)
    }
  }
}

/// Names of tools, compared byte by byte. Swift's `String` compares by canonical equivalence, in which a name with
/// U+212A equals one with the letter K; a peer must not choose the spelling by which a list is passed.
package struct ToolNames: Sendable, Equatable {
  /// In the order of the config.
  package let names: [String]
  private let keys: Set<[UInt8]>

  package init(_ names: [String]) {
    self.names = names
    keys = Set(names.map { Array($0.utf8) })
  }

  package func contains(_ name: some StringProtocol) -> Bool { keys.contains(Array(name.utf8)) }

  package static func == (left: ToolNames, right: ToolNames) -> Bool { left.keys == right.keys }
}

/// Which findings mean `block` for an agent, in both directions, whatever their severity.
package struct BlockedContent: Sendable, Equatable {
  /// The words of the config, in its order.
  package private(set) var names: [String] = []
  package private(set) var categories: Set<Category> = []
  /// Upper case.
  package private(set) var rules: Set<String> = []

  package init() {}

  /// Adds a category by its name or by an alias.
  ///
  /// - Returns: false, and nothing is added, when the word is neither.
  package mutating func add(_ word: String) -> Bool {
    if let alias = Self.aliases.first(where: { $0.word == word }) {
      if let category = alias.category { categories.insert(category) }
      rules.formUnion(alias.rules)
    } else if let category = Category(rawValue: word) {
      categories.insert(category)
    } else {
      return false
    }
    names.append(word)
    return true
  }

  package var isEmpty: Bool { names.isEmpty }

  package func covers(rule: String, category: Category) -> Bool {
    categories.contains(category) || (!rules.isEmpty && rules.contains(rule.uppercased()))
  }

  /// Every word that `add` takes.
  package static var words: [String] {
    let aliased = aliases.map(\.word)
    return aliased + Category.allCases.map(\.rawValue).filter { !aliased.contains($0) }
  }

  /// Words that stand for more than the category of their name (contract, section 2).
  private static let aliases: [(word: String, category: Category?, rules: Set<String>)] = [
    ("credentials", .credentialLeak, ["IAP-003"]),
    ("pii", .pii, ["IAP-002"]),
    ("system-prompts", nil, ["PROMPT_INJECTION_015", "IAP-004"]),
  ]
}

/// What the user wants done with the findings of one rule, perhaps only in places.
package struct RuleOverride: Sendable, Equatable {
  /// As the config spells it. Rules are compared without case.
  package var rule: String
  /// Replaces the severity of the finding, before the verdict is made from it.
  package var severity: Severity?
  /// Replaces what the finding contributes to the verdict.
  package var action: OverrideAction?
  /// Names of webhooks.
  package var notify: [String] = []
  /// Nil: every agent.
  package var agents: Set<AgentName>?
  /// Nil: every tool.
  package var tools: ToolNames?
  /// Nil: both.
  package var direction: Direction?
  /// The first moment at which the override no longer holds: microseconds since 1970. Nil: for good.
  package var until: Int64?

  package init(rule: String) { self.rule = rule }

  /// Whether it concerns a finding of `rule` in this place at `now` (microseconds since 1970).
  package func applies(
    rule: String, agent: String, tool: String, direction: Direction, now: Int64
  ) -> Bool {
    if let until, now >= until { return false }
    if let wanted = self.direction, wanted != direction { return false }
    if let tools, !tools.contains(tool) { return false }
    if let agents, !(AgentName(agent).map(agents.contains) ?? false) { return false }
    return self.rule.uppercased() == rule.uppercased()
  }
}

/// What an override makes of a finding.
package enum OverrideAction: String, Sendable, CaseIterable {
  case block, quarantine
  case allowAndFlag = "allow-and-flag"
  case ignore
}

/// Sizes that hold in both modes.
package struct Limits: Sendable, Equatable {
  package var maxFrameBytes = 67_108_864
  package var maxDepth = 512

  package init() {}
}
