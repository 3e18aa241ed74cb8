import ArgumentParser
import Audit
import Guard

/// `oktsec logs show ID`.
struct LogsShowCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one record with everything that was found.",
    discussion: """
      Examples:
        oktsec logs show 06h170r2
      """)

  @Argument(help: ArgumentHelp("The record's id, or the beginning of it.", valueName: "id"))
  var id: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let entry = try Self.entry(id, in: reader)
    if json { return try output.json(RecordJSON.line(entry)) }
    try RecordCard(entry: entry).write(to: output)
  }

  static func entry(_ id: String, in reader: AuditReader) throws(CommandFailure) -> AuditEntry {
    let lookup: RecordLookup
    do throws(DatabaseError) { lookup = try reader.record(idPrefix: id) } catch { throw LogReading.failure(error) }
    switch lookup {
    case .found(let record): return record.entry
    case .none: throw CommandFailure("there is no record \(id)", hint: "'oktsec logs --json' shows the ids")
    case .ambiguous(let ids):
      throw CommandFailure(
        "several records begin with \(id)",
        hint: "the first are \(ids.prefix(3).map(\.description).joined(separator: ", "))")
    }
  }
}
