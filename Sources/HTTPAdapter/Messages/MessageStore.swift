import Audit
import Guard
import MCPServer

/// Where messages are recorded, and where they wait: in the inbox of their recipient, or for a person's decision.
package protocol MessageStore: Sendable {
  /// Whether a message of usual size need not wait for room.
  var hasMuchRoom: Bool { get }

  /// See `AuditStore.commit(_:with:withinMilliseconds:mayWait:then:)`.
  func commit(
    _ message: MessageSubmission, with entry: AuditEntry, withinMilliseconds milliseconds: Int, mayWait: Bool,
    then finish: @escaping @Sendable (SubmissionOutcome) -> Void
  )
}

extension AuditStore: MessageStore {}

/// Looks up where quarantined messages stand, in the database at a path. Opened for each question, which are rare.
package struct QuarantineStates: Sendable {
  private let path: String

  package init(path: String) { self.path = path }

  /// Nil when there is no item by this id.
  func state(of id: EventID) throws(DatabaseError) -> QuarantineState? {
    guard let reader = try AuditReader.ifPresent(at: path),
      case .found(let item) = try reader.quarantineItem(idPrefix: id.description)
    else { return nil }
    return item.state
  }
}
