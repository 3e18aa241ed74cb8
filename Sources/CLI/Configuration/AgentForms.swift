import Guard
import JSONRPC
import YAML

/// Forms of what stands under `agents`.
enum AgentForms {
  static let name = Form<AgentName>(
    schema: [("type", .string("string")), ("pattern", .string(AgentName.pattern))],
    show: { .string($0.description) },
    read: { node, reader in
      guard let text = reader.text(node, wanted: "an agent's name") else { return nil }
      guard let name = AgentName(text) else {
        reader.problem(
          node, "\(reader.name): \(FormReader.shown(text)) is no agent's name", hint: "a name is \(AgentName.rule)")
        return nil
      }
      return name
    })

  /// A mapping from names to settings.
  static func agents(_ settings: Form<AgentSettings>) -> Form<[AgentName: AgentSettings]> {
    Form(
      schema: [
        ("type", .string("object")), ("additionalProperties", .bool(false)),
        ("patternProperties", .object([(AgentName.pattern, .object(settings.schema))])),
      ]
    ) { node, reader in
      guard let members = reader.members(node) else { return nil }
      guard members.count <= maximumAgents else {
        reader.problem(node, "\(reader.name) has more than \(maximumAgents) entries")
        return nil
      }
      var agents: [AgentName: AgentSettings] = [:]
      for (nameNode, child) in members {
        guard let name = name.read(nameNode, &reader) else { continue }
        guard agents[name] == nil else {
          reader.problem(nameNode, "duplicate key \(name)")
          continue
        }
        // What is wrong inside is a problem of its own; the name is known either way.
        agents[name] = reader.inside(name.description) { settings.read(child, &$0) } ?? AgentSettings()
      }
      return agents
    }
  }

  static let maximumAgents = 10_000

  /// A list of names, or `"*"` for everyone.
  static let recipients = Form<Recipients>(
    schema: [
      (
        "oneOf",
        .array([
          .object([("const", .string("*"))]),
          .object([
            ("type", .string("array")),
            (
              "items",
              .object([("anyOf", .array([.object([("const", .string("*"))]), .object(name.schema)]))])
            ),
          ]),
        ])
      )
    ],
    read: { node, reader in
      if node.text == "*" { return .anyone }
      guard let nodes = node.elements else {
        reader.wrongType(
          node, wanted: "a list of agents",
          hint: FormReader.isEmptyValue(node) ? "[] permits no one; leave the key out to permit anyone" : nil)
        return nil
      }
      var names: Set<AgentName> = []
      var isAnyone = false
      for node in nodes {
        if node.text == "*" {
          isAnyone = true
        } else if let name = name.read(node, &reader) {
          names.insert(name)
          reader.refer(to: name.description, .agent, node)
        }
      }
      return isAnyone ? .anyone : .only(names)
    })

  /// An agent that lists itself was meant to list another.
  @Sendable static func checkRecipients(
    _ settings: AgentSettings, _ members: SectionMembers, _ reader: inout FormReader
  ) {
    guard let own = reader.path.last else { return }
    for node in members["can_message"]?.elements ?? [] where node.text == own {
      reader.problem(node, "\(reader.name(of: "can_message")): an agent cannot list itself")
    }
  }

  /// Names of tools.
  static let tools = Form<ToolNames>(
    schema: [
      ("type", .string("array")), ("items", .object([("type", .string("string")), ("minLength", .number("1"))])),
    ],
    read: { node, reader in
      guard let nodes = node.elements else {
        reader.wrongType(
          node, wanted: "a list of tools",
          hint: FormReader.isEmptyValue(node) || node.text == "*"
            ? "[] permits none; leave the key out to permit every tool" : nil)
        return nil
      }
      var names: [String] = []
      for node in nodes {
        guard let text = reader.text(node, wanted: "a list of tools") else { return nil }
        if text == "*" {
          reader.problem(node, "\(reader.name) has no wildcard", hint: "leave the key out to permit every tool")
        } else if text.isEmpty || text.utf8.count > 256 {
          reader.problem(node, "\(reader.name): a tool's name has 1 to 256 bytes")
        }
        names.append(text)
      }
      return ToolNames(names)
    })

  static let blockedContent = Form<BlockedContent>(
    schema: [
      ("type", .string("array")),
      ("items", .object([("enum", .array(BlockedContent.words.map { .string($0) }))])),
    ],
    read: { node, reader in
      guard let nodes = node.elements else {
        reader.wrongType(
          node, wanted: "a list of categories",
          hint: FormReader.isEmptyValue(node) ? "leave the key out to block nothing more" : nil)
        return nil
      }
      var blocked = BlockedContent()
      for node in nodes {
        guard let word = reader.text(node, wanted: "a list of categories") else { return nil }
        if !blocked.add(word) {
          reader.unknownWord(node, word, what: "category", known: BlockedContent.words)
        }
      }
      return blocked
    })

  static let rate = Form.section(
    Rate(), [Field("per_minute", optional: \.perMinute, .integer(1...1_000_000), "Messages or calls in a minute.")]
  ).map { $0.perMinute }

  struct Rate: Sendable {
    var perMinute: Int?
  }
}
