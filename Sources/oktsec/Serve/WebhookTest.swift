import HTTPAdapter
import Threads

/// Sends a test to one webhook while somebody waits for what comes of it.
struct WebhookTest: Sendable {
  let sender: WebhookSender
  let targets: Current<OutboundTargets>

  /// Blocks until the webhook has answered, or the sender has given up: not for a thread that others need.
  func run(_ name: String) -> Result<String, CommandFailure> {
    guard let target = targets.value.webhooks.first(where: { $0.name == name }) else {
      return .failure(CommandFailure("the config has no webhook of this name any more"))
    }
    let outcome = Outcome()
    Task { [sender] in outcome.report(await sender.test(target)) }
    if let problem = outcome.wait() { return .failure(CommandFailure("\(name) did not take it: \(problem)")) }
    return .success("\(name) took it.")
  }
}

/// What a task reports to a thread.
// @unchecked: `value` is read and written with `lock` held.
private final class Outcome: @unchecked Sendable {
  private let lock = Lock()
  private let changed = Condition()
  private var value: String??

  func report(_ problem: String?) {
    lock.withLock { value = .some(problem) }
    changed.broadcast()
  }

  func wait() -> String? {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if let value { return value }
      changed.wait(lock)
    }
  }
}
