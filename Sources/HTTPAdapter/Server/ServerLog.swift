/// Where a server writes down what it does. Lines hold no path, header, query or body.
package struct ServerLog: Sendable {
  package enum Level: Int, Sendable, Comparable {
    case debug, info, warning, error
    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  private let least: Level
  private let write: @Sendable (Level, String) -> Void

  /// - Parameters:
  ///   - least: what is less than this is not even put into words.
  ///   - write: called from many threads.
  package init(least: Level, write: @escaping @Sendable (Level, String) -> Void) {
    self.least = least
    self.write = write
  }

  func note(_ level: Level, _ text: @autoclosure () -> String) {
    if level >= least { write(level, text()) }
  }
}
