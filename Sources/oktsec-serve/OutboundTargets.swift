import CLI
import Guard
import HTTPAdapter

/// Who is told by HTTP: the webhooks of a config, and the agents with an address.
struct OutboundTargets: Sendable {
  var webhooks: [WebhookTarget] = []
  var agents: [InboxPusher.Recipient] = []

  /// - Throws: when a secret cannot be read.
  init(_ configuration: Configuration) throws(CommandFailure) {
    for webhook in configuration.webhooks {
      guard let url = TargetURL(webhook.url) else { throw Self.unusable(webhook.url) }
      let rules = configuration.rules.filter { $0.override.notify.contains(webhook.name) }.map(\.override.rule)
      webhooks.append(
        WebhookTarget(
          name: webhook.name, url: url, events: Set(webhook.events.map(\.rawValue)), rules: Set(rules),
          secret: try webhook.secret?.resolve(), template: Self.template(webhook.template),
          allowsPrivate: webhook.allowsPrivate))
    }
    for (name, agent) in configuration.agents {
      guard let text = agent.deliverTo else { continue }
      guard let url = TargetURL(text) else { throw Self.unusable(text) }
      agents.append(InboxPusher.Recipient(agent: name, url: url))
    }
  }

  private static func unusable(_ url: String) -> CommandFailure {
    CommandFailure("nothing can be sent to \(url)", exitCode: ExitCode.badInput)
  }

  private static func template(_ template: WebhookTemplate) -> WebhookTarget.Template {
    switch template {
    case .generic: .generic
    case .slack: .slack
    case .custom(let text): .custom(text)
    }
  }
}
