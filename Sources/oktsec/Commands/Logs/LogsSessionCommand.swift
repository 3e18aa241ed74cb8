import ArgumentParser
import Audit
import Guard

/// `oktsec logs session ID`.
struct LogsSessionCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Show the records of one session: one run of a server behind oktsec.")

  @Argument(help: ArgumentHelp("The session's id, as 'oktsec logs show' prints it.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "n"))
  var limit = 1000

  @Flag(help: "Print one JSON object per line.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
  }

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    var query = AuditQuery()
    query.session = id
    query.limit = limit
    let listing = RecordListing(query: query, asJSON: json)
    let records = try listing.newest(reader)
    guard !records.isEmpty else {
      throw CommandFailure("there is no session \(id)", hint: "'oktsec logs show ID' names the session of a record")
    }
    try listing.write(records.map(\.entry), to: output)
  }
}
