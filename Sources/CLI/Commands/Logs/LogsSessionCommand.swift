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
        oktsec logs session 06h18k8x9sgzx6855zjg
      """)

  @Argument(help: ArgumentHelp("The session's id, or that of one of its records.", valueName: "id"))
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
    var listing = RecordListing(query: query, asJSON: json)
    var records = try listing.newest(reader)
    if records.isEmpty, let session = try session(of: id, reader) {
      query.session = session
      listing = RecordListing(query: query, asJSON: json)
      records = try listing.newest(reader)
    }
    guard !records.isEmpty else {
      throw CommandFailure("there is no session \(id)", hint: "'oktsec logs show ID' names the session of a record")
    }
    if json { return try listing.write(records.map(\.entry), to: output) }
    if records.count == Self.readable {
      Diagnostics.warning("only the newest \(Self.readable) records of the session are looked at")
    }
    try SessionCard(records: records.map(\.entry), limit: limit).write(to: output)
  }

  /// The session of a record, which is what other commands print in every line. Nil: there is no such record.
  private func session(of record: String, _ reader: AuditReader) throws(CommandFailure) -> String? {
    let lookup: RecordLookup
    do throws(DatabaseError) { lookup = try reader.record(idPrefix: record) } catch { throw LogReading.failure(error) }
    guard case .found(let found) = lookup, !found.entry.session.isEmpty else { return nil }
    return found.entry.session
  }

  /// Records of one session that are looked at, the newest.
  private static let readable = 100_000
}
