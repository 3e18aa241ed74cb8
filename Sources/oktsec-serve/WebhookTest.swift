import CLI
import HTTPAdapter

/// Sends a test to one webhook while somebody waits for what comes of it.
struct WebhookTest: Sendable {
  let sender: WebhookSender
  let targets: Current<OutboundTargets>

  /// Blocks until the webhook has answered, or the sender has given up: not for a thread that others need.
  func run(_ name: String) -> Result<String, CommandFailure> {
    guard let target = targets.value.webhooks.first(where: { $0.name == name }) else {
      return .failure(CommandFailure("the config has no webhook of this name any more"))
    }
    let outcome = Handover<String?>()
    Task { [sender] in outcome.give(await sender.test(target)) }
    if let problem = outcome.take() { return .failure(CommandFailure("\(name) did not take it: \(problem)")) }
    return .success("\(name) took it.")
  }
}
