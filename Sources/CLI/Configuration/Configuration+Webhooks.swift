/// What webhooks want to hear of: whoever writes records or reviews notes it for whoever sends.
extension Configuration {
  package var webhookEvents: Set<String> { Set(webhooks.flatMap(\.events).map(\.rawValue)) }

  /// Rules whose findings some webhook is to be told of.
  package var notifiedRules: Set<String> { Set(rules.filter { !$0.override.notify.isEmpty }.map(\.override.rule)) }
}
