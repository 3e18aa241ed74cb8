import Threads

/// A value that one thread may replace while others read it: what a config says at the moment.
// @unchecked: `stored` is read and written with `lock` held.
package final class Current<Value: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private var stored: Value

  package init(_ value: Value) { stored = value }

  package var value: Value {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}
