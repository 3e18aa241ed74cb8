import ArgumentParser
import Audit
import Guard

/// `oktsec logs session ID`.
struct LogsSessionCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Tell one session, one run of a server behind oktsec, from its records.",
    discussion: """
      Handshake, tools, calls with their answers, what was stopped and why. Records hold hashes and redacted excerpts: \
      what was said cannot be told. With --json the records themselves.

      Examples:
        oktsec logs session 06h170r2
      """)

  @Argument(help: ArgumentHelp("The session's id, as 'oktsec logs show' prints it.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("At most so many steps, or records with --json, the newest.", valueName: "n"))
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
    // The timeline needs both ends of what it tells.
    query.limit = json ? limit : Self.readable
    let listing = RecordListing(query: query, asJSON: json)
    let records = try listing.newest(reader)
    guard !records.isEmpty else {
      throw CommandFailure("there is no session \(id)", hint: "'oktsec logs show ID' names the session of a record")
    }
    if json { return try listing.write(records.map(\.entry), to: output) }
    if records.count == Self.readable {
      Diagnostics.warning("only the newest \(Self.readable) records of the session are looked at")
    }
    try SessionCard(records: records.map(\.entry), limit: limit).write(to: output)
  }

  /// Records of one session that are looked at, the newest.
  private static let readable = 100_000
}
