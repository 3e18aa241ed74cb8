/// What a command did, or would do, to the servers of one file.
struct WrapReport: Sendable {
  let client: Client
  /// As people write it.
  let path: String
  let scope: ClientPlace.Scope
  var lines: [Line] = []
  /// Why nothing could be done with the file as a whole.
  var problem: String?
  var notes: [String] = []
  /// The change as a diff, without secrets. Only where it was asked for.
  var diff: [String] = []

  struct Line: Sendable, Equatable {
    var server: String
    var project: String?
    var status: Status
    /// The label of a wrapped server.
    var agent: String?
    var note: String?
  }

  enum Status: String, Sendable {
    case wrapped
    case alreadyWrapped = "already wrapped"
    case unwrapped
    case notWrapped = "not wrapped"
    case leftAlone = "left alone"
    case suspicious
    case gone
    case failed

    /// Whether `--check` is content.
    var isInOrder: Bool {
      switch self {
      case .wrapped, .alreadyWrapped, .leftAlone, .unwrapped: true
      case .notWrapped, .suspicious, .gone, .failed: false
      }
    }
  }

  var isInOrder: Bool { problem == nil && lines.allSatisfy(\.status.isInOrder) }
  func count(_ status: Status) -> Int { lines.count { $0.status == status } }
}
