import Audit
import Guard

/// One event, with everything that is known around it.
struct OpenedEvent {
  var entry: AuditEntry
  var cursor: Int64
  /// The item of the quarantine that the event is about.
  var item: QuarantineListing?
  /// What was withheld, while it is stored.
  var payload: [UInt8]?
  /// Of the same session, oldest first; this one among them.
  var session: [AuditRecord] = []

  private static let around = 8

  /// - Parameter name: an id or the beginning of one.
  /// - Returns: nil when it names none, or several.
  static func find(_ name: String, _ context: PageContext) throws(SystemProblem) -> OpenedEvent? {
    try context.read { reader throws(DatabaseError) -> OpenedEvent? in
      guard case .found(let record) = try reader.record(idPrefix: name) else { return nil }
      var opened = OpenedEvent(entry: record.entry, cursor: record.cursor)
      if let id = record.entry.quarantineItem,
        case .found(let item) = try reader.quarantineItem(idPrefix: id.description, now: context.now)
      {
        opened.item = item
        opened.payload = try reader.payload(of: item.id)
      }
      if !record.entry.session.isEmpty {
        var query = AuditQuery()
        query.session = record.entry.session
        query.limit = around
        let later = try reader.records(after: record.cursor, matching: query)
        query.before = record.cursor
        opened.session = try reader.records(matching: query).reversed() + [record] + later
      }
      return opened
    } ?? nil
  }
}
