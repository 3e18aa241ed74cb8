import Audit
import Guard

/// What one look at the trail adds to a live view.
struct LiveBatch: Sendable {
  /// Where the next look begins; nil when the trail could not be read.
  let cursor: Int64?
  /// In the form of server-sent events; empty when nothing is new.
  let chunk: [UInt8]

  /// - Parameter start: nil to begin with what comes from now on.
  init(after start: Int64?, filter: EventFilter, system: any DashboardSystem, now: Int64) {
    do throws(SystemProblem) {
      guard let reader = try system.audit() else {
        self.init(cursor: 0, chunk: [])
        return
      }
      do throws(DatabaseError) {
        let last = try reader.lastCursor()
        guard let start, start <= last else {
          self.init(cursor: last, chunk: [])
          return
        }
        guard start < last else {
          self.init(cursor: start, chunk: [])
          return
        }
        try self.init(reader, after: start, last: last, filter: filter, now: now)
      } catch {
        throw SystemProblem(error.description)
      }
    } catch {
      self.init(cursor: nil, chunk: [])
    }
  }

  private init(
    _ reader: AuditReader, after start: Int64, last: Int64, filter: EventFilter, now: Int64
  ) throws(DatabaseError) {
    // Of a burst only its end is read: rows are numbered one by one.
    let from = max(start, last - Self.window)
    var query = filter.query
    query.limit = Int(Self.window)
    let found = try reader.records(after: from, matching: query).filter { filter.matches($0.entry) }
    let shown = found.suffix(LiveFeed.maximumRows)
    var text = ""
    let left = found.count - shown.count
    if from > start || left > 0 {
      text += "event: skipped\ndata: \(from > start ? "many" : String(left))\n\n"
    }
    for record in shown {
      let row = EventRow.markup(record, filter: filter, selected: nil, now: now).text
      text += "id: \(record.cursor)\nevent: record\n"
      for line in row.split(separator: "\n", omittingEmptySubsequences: true) { text += "data: \(line)\n" }
      text += "\n"
    }
    let end = max(last, found.last?.cursor ?? last)
    if shown.last?.cursor != end { text += "id: \(end)\nevent: seen\ndata: \(end)\n\n" }
    let pending = try reader.quarantineCounts(now: now)[.pending] ?? 0
    text += "event: pending\ndata: \(pending)\n\n"
    self.init(cursor: end, chunk: Array(text.utf8))
  }

  private init(cursor: Int64?, chunk: [UInt8]) {
    self.cursor = cursor
    self.chunk = chunk
  }

  private static let window: Int64 = 400
}
