import Guard
import Threads

/// What the server counts. Names of routes and statuses are ours, so that no request can make the table grow.
// @unchecked: every `var` is read and written with `lock` held.
package final class Metrics: @unchecked Sendable {
  struct Key: Hashable {
    let endpoint: String
    let status: Int
  }

  struct State {
    var requests: [Key: Int] = [:]
    var decisions: [PolicyDecision: Int] = [:]
    var durations: [String: Histogram] = [:]
    var inFlight = 0
  }

  private let lock = Lock()
  private var state = State()

  package init() {}

  func begin() { lock.withLock { state.inFlight += 1 } }

  /// - Parameter duration: microseconds from the head of the request to the answer being ready.
  func end(_ endpoint: String, status: Int, duration: Int64) {
    lock.withLock {
      state.inFlight -= 1
      state.requests[Key(endpoint: endpoint, status: status), default: 0] += 1
      state.durations[endpoint, default: Histogram()].add(duration)
    }
  }

  func count(_ decision: PolicyDecision) { lock.withLock { state.decisions[decision, default: 0] += 1 } }

  var snapshot: State { lock.withLock { state } }
}

/// Something that is measured at the moment when it is asked for.
package struct Gauge: Sendable {
  package let name: String
  package let help: String
  package let value: Int

  package init(name: String, help: String, value: Int) {
    self.name = name
    self.help = help
    self.value = value
  }
}
