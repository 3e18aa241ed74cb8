import Audit
import JSONRPC

/// A webhook of the config.
package struct WebhookTarget: Sendable {
  package enum Template: Sendable, Equatable {
    /// The fields of the notice as a JSON object.
    case generic
    /// `{"text": …}`, as Slack and compatible services take it.
    case slack
    /// JSON text with `{{FIELD}}` in it.
    case custom(String)
  }

  package var name: String
  package var url: TargetURL
  package var events: Set<String>
  /// The rules whose `notify` names this webhook.
  package var rules: Set<String>
  /// Signs what is sent; nil for none.
  package var secret: String?
  package var template: Template
  /// Whether it may be sent to addresses that are not public.
  package var allowsPrivate: Bool

  package init(
    name: String, url: TargetURL, events: Set<String>, rules: Set<String> = [], secret: String? = nil,
    template: Template = .generic, allowsPrivate: Bool = false
  ) {
    self.name = name
    self.url = url
    self.events = events
    self.rules = rules
    self.secret = secret
    self.template = template
    self.allowsPrivate = allowsPrivate
  }

  var interest: OutboxInterest { OutboxInterest(target: name, events: events, rules: rules) }
}
