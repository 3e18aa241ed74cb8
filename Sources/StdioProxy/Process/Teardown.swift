import Threads

/// How a process tree is brought to its end: steps at given times, which the relay carries out. No I/O, no clock.
package struct Teardown: Sendable {
  package enum Action: Sendable, Equatable {
    /// SIGTERM, to the child while it lives, else to what it left behind. Each process gets it once.
    case terminate
    /// SIGKILL, to the child and all its descendants.
    case kill
  }

  package struct Step: Sendable, Equatable {
    package let after: Milliseconds
    package let action: Action

    package init(after: Milliseconds, _ action: Action) {
      self.after = after
      self.action = action
    }
  }

  private struct Due {
    let moment: MonotonicTime
    let action: Action
  }

  private var due: [Due] = []

  /// Adds a plan to those that run. Several reasons for the end may come together; the earliest step wins.
  mutating func begin(_ plan: [Step], at now: MonotonicTime) {
    due += plan.map { Due(moment: now + .milliseconds($0.after), action: $0.action) }
    due.sort { $0.moment < $1.moment }
  }

  var next: MonotonicTime? { due.first?.moment }

  /// The actions whose time has come, in order, without repetition.
  mutating func takeDue(at now: MonotonicTime) -> [Action] {
    let ready = due.prefix { $0.moment <= now }.map(\.action)
    due.removeFirst(ready.count)
    var actions: [Action] = []
    for action in ready where !actions.contains(action) { actions.append(action) }
    return actions
  }
}
