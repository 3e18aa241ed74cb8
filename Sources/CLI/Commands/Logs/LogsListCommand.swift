import ArgumentParser
import Audit
import Guard

/// `oktsec logs list`, or `oktsec logs`: what passed and what was stopped.
struct LogsListCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show records, the newest last.",
    usage: "oktsec logs [list] [options]",
    discussion: """
      Examples:
        oktsec logs --since 1h
        oktsec logs --status blocked --follow
      """)

  @Option(help: ArgumentHelp("Only records with this outcome.", valueName: "status"))
  var status: DeliveryStatus?

  @Option(help: ArgumentHelp("Only records from or to this agent or server.", valueName: "name"))
  var agent: String?

  @Flag(help: "Only records without a signature that holds.")
  var unverified = false

  @Option(
    help: ArgumentHelp("Only records since then: 30s, 15m, 1h, 2d, or a date and time (RFC 3339).", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "n"))
  var limit = 50

  @Flag(name: .long, help: "Go on and show new records as they come.")
  var follow = false

  @Flag(help: "Print one JSON object per line.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    if let since, Moment.parse(since, now: Timestamp.now) == nil {
      throw ValidationError("--since is a time like 30s, 15m, 1h, 2d or 2026-03-01T09:00:00Z")
    }
  }

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    let listing = RecordListing(query: query(now: Timestamp.now), asJSON: json)
    if follow { return try LogFollowing(reading: reading, listing: listing).run(output) }
    guard let reader = try reading.open() else { return Diagnostics.note(reading.absence) }
    let records = try listing.newest(reader)
    try listing.write(records.map(\.entry), to: output)
    if records.isEmpty, !json { Diagnostics.note("no record matches") }
  }

  func query(now: Int64) -> AuditQuery {
    var query = AuditQuery()
    query.status = status
    query.agent = agent
    query.unverifiedOnly = unverified
    query.since = since.flatMap { Moment.parse($0, now: now) }
    query.limit = limit
    return query
  }
}

extension DeliveryStatus: ExpressibleByArgument {}
