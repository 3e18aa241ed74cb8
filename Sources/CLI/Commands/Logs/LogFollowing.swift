import Audit
import Guard

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `logs --follow`: the newest records, then every new one, until somebody ends the program.
struct LogFollowing {
  let reading: LogReading
  let listing: RecordListing
  /// Between two looks.
  var pauseMilliseconds: UInt32 = 250

  func run(_ output: ResultOutput) throws(CommandFailure) {
    var follower = LogFollower(reading: reading, listing: listing)
    if reading.identity == nil { Diagnostics.note("\(reading.absence); waiting") }
    while true {
      try follower.look(output)
      try output.flush()
      usleep(pauseMilliseconds * 1000)
    }
  }
}

/// Where a reader that follows the trail has got to.
struct LogFollower {
  let reading: LogReading
  let listing: RecordListing

  private var reader: AuditReader?
  private var identity: LogReading.FileIdentity?
  private var cursor: Int64 = 0
  private var layout: Table.Layout?
  private var hasBegun = false

  init(reading: LogReading, listing: RecordListing) {
    self.reading = reading
    self.listing = listing
  }

  /// Shows what is new. The first time that is what `logs` alone would show.
  mutating func look(_ output: ResultOutput) throws(CommandFailure) {
    // Somebody may have removed the file, and a new one may have been begun.
    let current = reading.identity
    if reader == nil || current != identity {
      reader = try reading.open()
      identity = current
      cursor = 0
    }
    guard let reader else {
      hasBegun = true
      return
    }
    if hasBegun {
      while true {
        let records = try newer(reader)
        try show(records, output)
        if records.count < listing.query.limit { return }
      }
    }
    hasBegun = true
    // Taken first: a record that is written in between must not be passed over.
    let last = try lastCursor(reader)
    try show(try listing.newest(reader), output)
    cursor = max(cursor, last)
  }

  private mutating func show(_ records: [AuditRecord], _ output: ResultOutput) throws(CommandFailure) {
    guard let last = records.last else { return }
    cursor = max(cursor, last.cursor)
    let entries = records.map(\.entry)
    if listing.asJSON || !output.terminal.isInteractive { return try listing.write(entries, to: output) }
    let rows = RecordTable(now: Timestamp.now)
    if layout == nil {
      let layout = rows.table(entries, for: output.terminal).layout(for: output.terminal)
      self.layout = layout
      if let heading = layout.heading { try output.line(heading) }
    }
    guard let layout else { return }
    for entry in entries { try rows.write(entry, in: layout, to: output) }
  }

  private func newer(_ reader: AuditReader) throws(CommandFailure) -> [AuditRecord] {
    do throws(DatabaseError) {
      return try reader.records(after: cursor, matching: listing.query)
    } catch {
      throw LogReading.failure(error)
    }
  }

  private func lastCursor(_ reader: AuditReader) throws(CommandFailure) -> Int64 {
    do throws(DatabaseError) { return try reader.lastCursor() } catch { throw LogReading.failure(error) }
  }
}
