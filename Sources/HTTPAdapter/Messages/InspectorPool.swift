import Guard
import Threads

/// Inspectors that are not in use: each is for one thread at a time, and making one costs memory.
// @unchecked: `free` is touched only with `lock` held, and an inspector is in the hands of one thread or in `free`.
final class InspectorPool: @unchecked Sendable {
  let rules: RuleSet
  let maximumDepth: Int
  private let lock = Lock()
  private var free: [Inspector] = []

  /// Kept while they are not in use.
  private static let maximumFree = 8

  init(rules: RuleSet, maximumDepth: Int) {
    self.rules = rules
    self.maximumDepth = maximumDepth
  }

  func with<Result>(_ body: (Inspector) -> Result) -> Result {
    let inspector = lock.withLock { free.popLast() } ?? Inspector(rules: rules, maximumDepth: maximumDepth)
    defer { lock.withLock { if free.count < Self.maximumFree { free.append(inspector) } } }
    return body(inspector)
  }
}
