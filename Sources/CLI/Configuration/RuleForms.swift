import Guard
import JSONRPC
import YAML

/// Forms of what stands under `rules`.
enum RuleForms {
  static let rule: Form<ConfiguredOverride> = {
    let section = Form.section(ConfiguredOverride(), fields, check: check)
    return Form(schema: section.schema) { node, reader in
      guard var rule = section.read(node, &reader) else { return nil }
      rule.line = node.line
      rule.column = node.column
      return rule
    }
  }()

  private static let fields: [Field<ConfiguredOverride>] = [
    Field("id", \.override.rule, id, isRequired: true, "The rule; upper and lower case are the same."),
    Field("severity", optional: \.override.severity, .severity, "Replaces the severity of its findings."),
    Field("action", optional: \.override.action, .word("action"), "Replaces what its findings contribute."),
    Field("notify", \.override.notify, notify, "Webhooks to tell, by name."),
    Field("agents", optional: \.override.agents, agents, "Only for these agents."),
    Field("tools", optional: \.override.tools, AgentForms.tools, "Only for these tools."),
    Field(
      "direction", optional: \.override.direction, .word("direction"),
      "Only for what goes to the server ('request') or comes from it ('response')."),
    Field("until", optional: \.override.until, .moment, "Only until this moment."),
  ]

  private static let id = Form<String>(
    schema: [("type", .string("string")), ("minLength", .number("1"))],
    read: { node, reader in
      guard let text = reader.text(node, wanted: "a rule's id") else { return nil }
      guard !text.isEmpty, text.utf8.count <= 128 else {
        reader.problem(node, "\(reader.name): a rule's id has 1 to 128 bytes")
        return nil
      }
      return text
    })

  private static let notify = Form<[String]>(
    schema: [("type", .string("array")), ("items", .object([("type", .string("string"))]))],
    read: { node, reader in
      guard let nodes = node.elements else {
        reader.wrongType(node, wanted: "a list of webhooks")
        return nil
      }
      var names: [String] = []
      for node in nodes {
        guard let text = reader.text(node, wanted: "a list of webhooks") else { return nil }
        names.append(text)
        reader.refer(to: text, .webhook, node)
      }
      return names
    })

  private static let agents = Form<Set<AgentName>>(
    schema: [("type", .string("array")), ("items", .object(AgentForms.name.schema))],
    read: { node, reader in
      guard let nodes = node.elements else {
        reader.wrongType(node, wanted: "a list of agents", hint: "leave the key out for every agent")
        return nil
      }
      var names: Set<AgentName> = []
      for node in nodes {
        guard let name = AgentForms.name.read(node, &reader) else { continue }
        names.insert(name)
        reader.refer(to: name.description, .agent, node)
      }
      return names
    })

  @Sendable private static func check(
    _ rule: ConfiguredOverride, _ members: SectionMembers, _ reader: inout FormReader
  ) {
    if members["severity"] == nil, members["action"] == nil, members["notify"] == nil {
      reader.warning(
        members.node, "\(reader.name) changes nothing", hint: "it has none of severity, action and notify")
    }
  }
}
