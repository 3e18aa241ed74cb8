import ArgumentParser
import Audit
import Guard

/// `oktsec quarantine detail ID`.
struct QuarantineDetailCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "detail",
    abstract: "Show one item with what was found in it and its content.",
    discussion: """
      Examples:
        oktsec quarantine detail 06h170r2
      """)

  @Argument(help: ArgumentHelp("The item's id, the beginning of it, or a record about it.", valueName: "id"))
  var id: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(to output: ResultOutput) throws {
    let reading = LogReading(path: try StatePaths.databasePath(of: global.configuration()))
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let item = try Self.item(id, in: reader)
    let payload: [UInt8]?
    do throws(DatabaseError) { payload = try reader.payload(of: item.id) } catch { throw LogReading.failure(error) }
    if json { return try output.json(QuarantineJSON.object(item, payload: payload)) }
    try QuarantineCard(item: item, payload: payload).write(to: output)
  }

  static func item(_ id: String, in reader: AuditReader) throws(CommandFailure) -> QuarantineListing {
    let lookup: QuarantineLookup
    do throws(DatabaseError) { lookup = try reader.quarantineItem(idPrefix: id) } catch {
      throw LogReading.failure(error)
    }
    switch lookup {
    case .found(let item): return item
    case .none:
      throw CommandFailure("there is no item \(id)", hint: "'oktsec quarantine list --status all' shows them")
    case .ambiguous(let ids):
      throw CommandFailure(
        "several items begin with \(id)",
        hint: "the first are \(ids.prefix(3).map(\.description).joined(separator: ", "))")
    }
  }
}
