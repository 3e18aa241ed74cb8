import Guard
import Threads

/// How many messages each agent sent in the last minute. Counts those that the config limits, in this process.
// @unchecked: `windows` is touched only with `lock` held.
final class AgentRates: @unchecked Sendable {
  private let lock = Lock()
  private var windows: [AgentName: RateWindow] = [:]

  /// - Returns: nil when the agent may send, else how long to wait, in microseconds.
  func admit(_ agent: AgentName, at now: Int64, perMinute limit: Int?) -> Int64? {
    guard let limit else { return nil }
    return lock.withLock { windows[agent, default: RateWindow()].admit(at: now, perMinute: limit) }
  }
}
