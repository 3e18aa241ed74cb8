import Audit
import Guard

/// A selection of records and the form in which they are shown.
struct RecordListing {
  let query: AuditQuery
  let asJSON: Bool

  /// The newest that match, oldest first.
  func newest(_ reader: AuditReader) throws(CommandFailure) -> [AuditRecord] {
    do throws(DatabaseError) {
      return try reader.records(matching: query).reversed()
    } catch {
      throw LogReading.failure(error)
    }
  }

  func write(_ entries: [AuditEntry], to output: ResultOutput) throws(CommandFailure) {
    guard asJSON else { return try RecordTable(now: Timestamp.now).write(entries, to: output) }
    for entry in entries { try output.json(RecordJSON.line(entry)) }
  }
}
