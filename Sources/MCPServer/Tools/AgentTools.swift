import Guard

/// What the config says about one agent.
struct ShownAgent: Sendable {
  let name: AgentName
  let policy: AgentPolicy

  var recipients: [String] {
    switch policy.canMessage {
    case .anyone: [Self.anyone]
    case .only(let names): names.sorted().map(\.description)
    }
  }

  var tools: [String] { policy.allowedTools?.names ?? [Self.anyone] }

  static let form = OutputForm<ShownAgent>([
    .text("name") { $0.name.description },
    .texts("can_message", "Agents that it may write to; \"*\" is anyone.") { $0.recipients },
    .texts("allowed_tools", "Tools that it may use; \"*\" is every one.") { $0.tools },
    .texts("blocked_content", "Categories that it must neither send nor receive.") { $0.policy.blockedContent.names },
  ])

  private static let anyone = "*"
}

/// `list_agents`: who is known, and who may do what.
struct ListAgents: Tool {
  let system: GuardedSystem

  private struct Answer {
    let agents: [ShownAgent]
    let requiresSignature: Bool

    static let form = OutputForm<Answer>([
      .list("agents", of: ShownAgent.form) { $0.agents },
      .flag("require_signature", "Whether messages between agents must be signed.") { $0.requiresSignature },
      .integer("total") { $0.agents.count },
    ])
  }

  let declaration = ToolDeclaration(
    name: "list_agents", title: "List agents",
    description: "Lists the agents that the config names: whom each may write to, which tools it may use.",
    outputSchema: Answer.form.schema, hints: .readOnly)

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    let agents = system.policy.settings.agents.map { ShownAgent(name: $0.key, policy: $0.value) }
    let answer = Answer(
      agents: agents.sorted { $0.name < $1.name }, requiresSignature: system.requiresSignature)
    return .complete(.structured(Answer.form.value(answer)))
  }
}

/// `get_policy`: what holds for one agent.
struct GetPolicy: Tool {
  let system: GuardedSystem

  private static let agent = Argument<AgentName>.required("agent", .agentName, "The agent's name in the config.")

  private struct Answer {
    let agent: ShownAgent
    let requiresSignature: Bool

    static let form = OutputForm<Answer>([
      .text("agent") { $0.agent.name.description },
      .texts("can_message", "Agents that it may write to; \"*\" is anyone.") { $0.agent.recipients },
      .texts("blocked_content", "Categories that it must neither send nor receive.") {
        $0.agent.policy.blockedContent.names
      },
      .flag("require_signature", "Whether its messages must be signed.") { $0.requiresSignature },
    ])
  }

  let declaration = ToolDeclaration(
    name: "get_policy", title: "Get an agent's policy",
    description: "Says whom an agent may write to and which content it must not handle.",
    arguments: [Self.agent], outputSchema: Answer.form.schema, hints: .readOnly)

  func call(_ arguments: Arguments, _ context: inout CallContext) throws(ArgumentProblem) -> Outcome<ToolResult> {
    let name = try arguments[Self.agent]
    guard let policy = system.policy.settings.agents[name] else {
      let named = system.policy.settings.agents.keys.sorted().prefix(20).map(\.description).joined(separator: ", ")
      return .complete(
        .failure(
          named.isEmpty ? "The config names no agents." : "The config does not name this agent; it names: \(named).")
      )
    }
    let answer = Answer(agent: ShownAgent(name: name, policy: policy), requiresSignature: system.requiresSignature)
    return .complete(.structured(Answer.form.value(answer)))
  }
}
