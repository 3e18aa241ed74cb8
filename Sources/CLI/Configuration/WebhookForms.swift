import JSONRPC
import YAML

/// Forms of what stands under `webhooks`.
enum WebhookForms {
  /// All of them: each gets its name.
  static let webhooks: Form<[WebhookSettings]> = {
    let list: Form<[WebhookSettings]> = .list(of: webhook, mayBeEmptyValue: true, maximum: 100)
    return Form(schema: list.schema) { node, reader in
      guard var webhooks = list.read(node, &reader) else { return nil }
      var seen: Set<String> = []
      for index in webhooks.indices {
        webhooks[index].name = webhooks[index].configuredName ?? defaultName(at: index)
        if !seen.insert(webhooks[index].name).inserted, let node = node.elements?[index] {
          reader.problem(node, "two webhooks have the name \(webhooks[index].name)")
        }
      }
      return webhooks
    }
  }()

  /// `webhook`, `webhook-2`, `webhook-3`, by the place in the list.
  static func defaultName(at index: Int) -> String { index == 0 ? "webhook" : "webhook-\(index + 1)" }

  private static let webhook = Form.section(
    WebhookSettings(),
    [
      Field(
        "name", optional: \.configuredName, AgentForms.name.map { $0.description },
        fallback: .string(defaultName(at: 0)), "The name by which rules refer to it."),
      Field("url", \.url, .url, isRequired: true, "Where it is sent to."),
      Field(
        "events", \.events, .list(of: .words("event", WebhookEvent.words) { $0.rawValue }), initial: WebhookSettings(),
        "What it is told about."),
      Field(
        "secret", optional: \.secret, .secret,
        "Signs what is sent (HMAC-SHA-256). The text itself, env:NAME or file:PATH."),
      Field(
        "template", \.template, template, initial: WebhookSettings(),
        "The shape of what is sent: generic, slack, or JSON text with {{FIELD}} in it."),
      Field(
        "allow_private", \.allowsPrivate, .boolean, initial: WebhookSettings(),
        "Whether it may be sent to addresses that are not public."),
    ])

  private static let template = Form<WebhookTemplate>(
    schema: [("type", .string("string"))],
    show: { template in
      switch template {
      case .generic: .string("generic")
      case .slack: .string("slack")
      case .custom: nil
      }
    },
    read: { node, reader in
      guard let text = reader.text(node, wanted: "generic, slack or JSON text") else { return nil }
      if text == "generic" { return .generic }
      if text == "slack" { return .slack }
      guard text.contains("{{"), text.utf8.count <= 16_384 else {
        reader.unknownWord(node, text, what: "template", known: ["generic", "slack"])
        return nil
      }
      return .custom(text)
    })
}
