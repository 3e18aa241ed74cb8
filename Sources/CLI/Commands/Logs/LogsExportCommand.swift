import ArgumentParser
import Audit
import Guard

/// `oktsec logs export`.
struct LogsExportCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print records for other programs, the oldest first.",
    usage: "oktsec logs export --format <format> [options]",
    discussion: """
      jsonl: one object per line with the columns of the view audit_log. csv: the same columns (RFC 4180); a text that \
      a spreadsheet would take for a formula gets an apostrophe in front. sarif: the findings (SARIF 2.1.0).

      Examples:
        oktsec logs export --format csv > trail.csv
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case jsonl, csv, sarif
  }

  @Option(help: ArgumentHelp("The form of the output.", valueName: "format"))
  var format: Format

  @Option(help: ArgumentHelp("Only records with this outcome.", valueName: "status"))
  var status: DeliveryStatus?

  @Option(help: ArgumentHelp("Only records from or to this agent or server.", valueName: "name"))
  var agent: String?

  @Option(help: ArgumentHelp("Only records of this session.", valueName: "id"))
  var session: String?

  @Option(
    help: ArgumentHelp("Only records since then: 30s, 15m, 1h, 2d, or a date and time (RFC 3339).", valueName: "time"))
  var since: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let since, Moment.parse(since, now: Timestamp.now) == nil {
      throw ValidationError("--since is a time like 30s, 15m, 1h, 2d or 2026-03-01T09:00:00Z")
    }
  }

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    try export(reader, to: output)
  }

  /// Pages of records, so that memory does not grow with the trail. What is written meanwhile is not part of it.
  func export(_ reader: AuditReader, to output: ResultOutput) throws(CommandFailure) {
    var form: any RecordExport =
      switch format {
      case .jsonl: JSONLinesExport()
      case .csv: CSVExport()
      case .sarif: SARIFExport()
      }
    var query = AuditQuery()
    query.status = status
    query.agent = agent
    query.session = session
    query.since = since.flatMap { Moment.parse($0, now: Timestamp.now) }
    query.limit = 1000
    try form.begin(output)
    var cursor: Int64 = 0
    let end: Int64
    do throws(DatabaseError) { end = try reader.lastCursor() } catch { throw LogReading.failure(error) }
    while cursor < end {
      let page: [AuditRecord]
      do throws(DatabaseError) { page = try reader.records(after: cursor, matching: query) } catch {
        throw LogReading.failure(error)
      }
      for record in page where record.cursor <= end { try form.add(record.entry, output) }
      guard page.count == query.limit, let last = page.last else { break }
      cursor = last.cursor
    }
    try form.end(output)
  }
}

/// A form of the trail for other programs.
protocol RecordExport {
  mutating func begin(_ output: ResultOutput) throws(CommandFailure)
  mutating func add(_ entry: AuditEntry, _ output: ResultOutput) throws(CommandFailure)
  mutating func end(_ output: ResultOutput) throws(CommandFailure)
}

/// One object per line.
struct JSONLinesExport: RecordExport {
  func begin(_ output: ResultOutput) {}
  func add(_ entry: AuditEntry, _ output: ResultOutput) throws(CommandFailure) {
    try output.json(RecordJSON.line(entry))
  }
  func end(_ output: ResultOutput) {}
}
